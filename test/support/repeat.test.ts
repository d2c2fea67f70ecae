import { repeat } from '../../lib/support/repeat.ts'

beforeEach(() => jest.useFakeTimers())
afterEach(() => jest.useRealTimers())

/** Work that continues until it is told to end. */
function work() {
  const underWay: { resolve: () => void; reject: (error: Error) => void }[] = []
  const begin = () => new Promise<void>((resolve, reject) => void underWay.push({ resolve, reject }))
  return { begin, underWay }
}
const promisesSettled = () => jest.advanceTimersByTimeAsync(0)

describe('repeat', () => {
  it('repeats the work, never two calls at a time', async () => {
    const { begin, underWay } = work()
    const repeated = repeat(1000, begin)
    jest.advanceTimersByTime(999)
    expect(underWay).toHaveLength(0)
    jest.advanceTimersByTime(5000)
    expect(underWay).toHaveLength(1)
    underWay[0]?.resolve()
    await promisesSettled()
    jest.advanceTimersByTime(1000)
    expect(underWay).toHaveLength(2)
    underWay[1]?.resolve()
    await repeated.end()
    jest.advanceTimersByTime(5000)
    expect(underWay).toHaveLength(2)
  })

  it('waits at its end for work in progress', async () => {
    const { begin, underWay } = work()
    const repeated = repeat(1000, begin)
    jest.advanceTimersByTime(1000)
    let ended = false
    const ending = repeated.end().then(() => {
      ended = true
    })
    await promisesSettled()
    expect(ended).toBe(false)
    underWay[0]?.resolve()
    await ending
  })

  it('reports the error, and stops', async () => {
    const { begin, underWay } = work()
    const repeated = repeat(1000, begin)
    repeated.check()
    jest.advanceTimersByTime(1000)
    underWay[0]?.reject(new Error('no answer'))
    await promisesSettled()
    expect(() => repeated.check()).toThrow('no answer')
    jest.advanceTimersByTime(5000)
    expect(underWay).toHaveLength(1)
    await repeated.end()
  })
})
