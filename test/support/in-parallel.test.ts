import { inParallel, inRunsOf } from '../../lib/support/in-parallel.ts'

describe('inParallel', () => {
  it('processes every item, never more than the limit at once', async () => {
    let underWay = 0
    let most = 0
    const done: number[] = []
    await inParallel([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      underWay += 1
      most = Math.max(most, underWay)
      await Promise.resolve()
      underWay -= 1
      done.push(item)
    })
    expect([most, done.toSorted()]).toEqual([3, [1, 2, 3, 4, 5, 6, 7]])
  })

  it('throws the first error once nothing is in progress', async () => {
    const done: number[] = []
    const working = inParallel([1, 2, 3, 4], 2, async (item) => {
      await Promise.resolve()
      if (item === 1) throw new Error('not 1')
      done.push(item)
    })
    await expect(working).rejects.toThrow('not 1')
    expect(done).toEqual([2, 3, 4])
  })
})

describe('inRunsOf', () => {
  it.each([
    [[], []],
    [[1], [[1]]],
    [
      [1, 2, 3, 4],
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [
      [1, 2, 3],
      [[1, 2], [3]],
    ],
  ])('makes runs of two of %j', (items, runs) => {
    expect(inRunsOf(2, items)).toEqual(runs)
  })
})
