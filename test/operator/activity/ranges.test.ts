import { ranges } from '../../../lib/operator/activity/figures.ts'

it.each(Object.entries(ranges))('the range %s is whole buckets of whole minutes', (_, range) => {
  expect([range.seconds % range.bucketSeconds, range.bucketSeconds % 60]).toEqual([0, 0])
})
