/** Turns `Date` to this time, from which it goes on. Timers stay real. `jest.useRealTimers` turns it back. */
export function turnClock(to: number): void {
  const timers = [
    'setInterval',
    'clearInterval',
    'setTimeout',
    'clearTimeout',
    'setImmediate',
    'clearImmediate',
  ]
  const others = ['hrtime', 'nextTick', 'performance', 'queueMicrotask']
  jest.useFakeTimers({
    now: to,
    advanceTimers: true,
    doNotFake: [...timers, ...others].map((name) => name as 'nextTick'),
  })
}
