import { outputWidth } from '../../../lib/cli/terminal/width.ts'

const stream = (isTTY: boolean, columns?: number) => ({ isTTY, columns }) as NodeJS.WriteStream

describe('the width of the output', () => {
  it.each([
    ['what the terminal says', stream(true, 97), {}, 97],
    ['COLUMNS before what the terminal says', stream(true, 97), { COLUMNS: '120' }, 120],
    ['what the terminal says where COLUMNS is no number', stream(true, 97), { COLUMNS: 'wide' }, 97],
    ['80 where the terminal does not say', stream(true), {}, 80],
    [
      'unlimited in a pipe, whatever COLUMNS says',
      stream(false),
      { COLUMNS: '40' },
      Number.POSITIVE_INFINITY,
    ],
  ])('is %s', (_, output, environment, expected) => {
    expect(outputWidth(output, environment)).toBe(expected)
  })
})
