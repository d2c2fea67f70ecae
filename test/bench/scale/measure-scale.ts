import { type Bundle, fileOf } from '../world/bundles.ts'
import { contactSample } from '../world/contacts.ts'
import { batchesOf, messageMaker } from '../world/messages.ts'
import { runFunction } from '../world/run-function.ts'
import type { Services } from '../world/services.ts'

/** One of the windows into which the changes are divided, in order. */
export type ScaleWindow = {
  /** Changes up to the end of the window. */
  readonly changes: number
  readonly cpuMsPerChange: number
  /** Of the function's process: after a garbage collection, and resident. */
  readonly heapMb: number
  readonly rssMb: number
}

const windows = 10
/** Of each window: a fifth are new customers; half of the others are updates, half alter nothing. */
const shareOfNew = 0.2

/** Sends so many changes over a fifth as many customers through one process of `syncCustomer`. */
export async function measureScale(
  bundles: readonly Bundle[],
  services: Services,
  changes: number,
  progress: (done: number) => void,
): Promise<readonly ScaleWindow[]> {
  const variables = { ...services.variables, AWS_ENDPOINT_URL_DYNAMODB: services.flatTable }
  const sync = await runFunction(fileOf(bundles, 'syncCustomer'), variables)
  const nextWindow = traffic(services, changes / windows)
  const measured: ScaleWindow[] = []
  let bodies = await nextWindow()
  for (let window = 1; window <= windows; window += 1) {
    // The messages of the next window are made meanwhile.
    const [usage, next] = await Promise.all([sync.invoke(batchesOf(bodies, 10)), nextWindow()])
    const failed = JSON.stringify(usage.answer).match(/itemIdentifier/g)?.length ?? 0
    if (failed > 0) throw new Error(`${failed} of ${bodies.length} changes failed`)
    measured.push({
      changes: (changes / windows) * window,
      cpuMsPerChange: Number((usage.cpuMs / bodies.length).toPrecision(3)),
      heapMb: Math.round(usage.heapMb * 10) / 10,
      rssMb: Math.round(usage.rssMb),
    })
    progress(measured.length / windows)
    bodies = next
  }
  sync.close()
  return measured
}

/** Returns what makes the messages of one window after the other. */
function traffic(services: Services, perWindow: number): () => Promise<readonly string[]> {
  const makeMessages = messageMaker(services)
  const startedAt = Date.now() - 86_400_000
  /** By customer. */
  const revisions: number[] = []
  const next = (kind: number) => {
    const isNew = kind < shareOfNew || revisions.length === 0
    const index = isNew ? revisions.length : Math.floor(Math.random() * revisions.length)
    const isUpdate = kind < (1 + shareOfNew) / 2
    revisions[index] = (revisions[index] ?? -1) + (isNew || isUpdate ? 1 : 0)
    return contactSample({
      index,
      revision: revisions[index],
      at: new Date(startedAt + (revisions[index] ?? 0) * 1000),
    })
  }
  return () => makeMessages(Array.from({ length: perWindow }, (_, index) => next(((index * 7) % 10) / 10)))
}
