import { limiter } from '../../lib/support/limiter.ts'

it('runs so many at a time, in order, also when some fail', async () => {
  const limited = limiter(2)
  const log: string[] = []
  const ends = [1, 2, 3, 4].map(() => Promise.withResolvers<void>())
  const all = ends.map(({ promise }, index) =>
    limited(async () => {
      log.push(`begin ${index}`)
      await promise
      return index
    }),
  )
  const settled = Promise.allSettled(all)
  expect(log).toEqual(['begin 0', 'begin 1'])
  ends[1]?.reject(new Error('failed'))
  await Promise.allSettled([all[1]])
  await Promise.resolve()
  expect(log).toEqual(['begin 0', 'begin 1', 'begin 2'])
  for (const end of ends) end.resolve()
  expect((await settled).map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
  ])
  expect(log).toHaveLength(4)
})
