import { maybeRun } from './run.ts'

const RealDate = globalThis.Date

/** The clock of the run instead of the machine's, for everything in the bundle. */
class VirtualDate extends RealDate {
  constructor(...given: readonly unknown[]) {
    super(...((given.length === 0 ? [VirtualDate.now()] : given) as [number]))
  }
  static override now(): number {
    return maybeRun()?.scheduler.now() ?? 0
  }
}

type Timer = { unref(): Timer }
const timer: Timer = { unref: () => timer }

/** Timers of the product run on the clock of the run. */
function virtualTimeout(work: () => void, millis = 0): Timer {
  maybeRun()?.scheduler.after(millis, work)
  return timer
}

export { VirtualDate as Date, virtualTimeout as setTimeout }

export const simulatedRandom = (): number => maybeRun()?.random.next() ?? 0.5

/** What the deployed functions find in their environment; `environment` of the run adds to it. */
export const simulatedEnvironment: Record<string, string | undefined> = {}
