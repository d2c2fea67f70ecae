import { roundMaximum } from '../../lib/console/charts/scale.ts'

it.each([
  [0, 2],
  [1, 2],
  [3, 4],
  [5, 6],
  [10, 10],
  [11, 20],
  [47, 50],
  [61, 80],
  [350, 400],
  [1001, 2000],
])('an axis for %d ends at %d, so that the number in its middle is whole', (value, maximum) => {
  expect(roundMaximum(value)).toBe(maximum)
})
