import { sqsChangeQueue } from '../../aws/change-queue.ts'
import { sqsDeadLetters } from '../../aws/dead-letters.ts'
import { dropDeadLetters } from '../../operator/dead-letters/drop-letters.ts'
import { type RedriveReport, redriveLetters } from '../../operator/dead-letters/redrive-letters.ts'
import { openLinks } from '../../operator/links/open-links.ts'
import { waitUntilIdle } from '../../operator/stage/wait-until-idle.ts'
import { counted, number } from '../parts/badges.ts'
import type { JobLine, JobReport } from '../state/jobs.ts'
import type { Site } from '../state/site.ts'

export type Chosen = {
  readonly ids: ReadonlySet<string>
  readonly isAll: boolean
  /** A few of each cause first, then more, until its failure comes back. */
  readonly inWaves: boolean
  /** In the title of the job: ` of CONTACT_MISSING`. */
  readonly about: string
}

/** How long what was sent may take until it counts as waiting. */
const settleMs = 30_000

/** Sends them to the queue again and says what became of them. */
export async function redriveChosen(
  { ids, inWaves }: Chosen,
  site: Site,
  { signal, progress }: JobReport,
): Promise<readonly JobLine[]> {
  const stage = site.place.stage()
  const { deadLetters, manualDeadLetters, changes } = await stage.findQueues()
  progress(0, ids.size, 'Reading the dead letters')
  const report = await redriveLetters(
    {
      deadLetters: sqsDeadLetters(stage.sqs, [deadLetters, manualDeadLetters], { signal }),
      links: openLinks(stage),
      queue: sqsChangeQueue(stage.sqs, changes),
      signal,
      settle: async () =>
        (await waitUntilIdle(stage.sqs, changes, { withinMs: settleMs, pollMs: 250, signal })) === 0,
      onWave: (sent, total) => progress(sent, total, 'Sent; waiting for what becomes of them'),
    },
    { wants: () => true, ids, inWaves, watch: true },
  )
  if (!signal.aborted) await site.deadLetters.lookWithin(signal)
  return describeRedrive(report, ids.size)
}

/** Deletes them for good. */
export async function dropLetters(
  { ids }: Chosen,
  site: Site,
  { signal, progress }: JobReport,
): Promise<readonly JobLine[]> {
  const stage = site.place.stage()
  const urls = await stage.findQueues()
  progress(0, ids.size, 'Deleting')
  const { dropped } = await dropDeadLetters(
    {
      deadLetters: sqsDeadLetters(stage.sqs, [urls.deadLetters, urls.manualDeadLetters], { signal }),
      links: openLinks(stage),
    },
    { ids, onDropped: (count) => progress(count, ids.size, 'Deleting') },
  )
  if (!signal.aborted) await site.deadLetters.lookWithin(signal)
  return [
    { tone: 'good', text: `${counted(dropped.size, 'dead letter')} dropped` },
    ...line(ids.size - dropped.size, 'warn', 'not found: redriven, dropped or held elsewhere meanwhile'),
  ]
}

function describeRedrive(
  { redriven, unreadable, stopped, outcome }: RedriveReport,
  wanted: number,
): readonly JobLine[] {
  const left = stopped.reduce((sum, it) => sum + it.left, 0)
  return [
    { tone: 'plain', text: `${counted(redriven.length, 'dead letter')} redriven` },
    ...line(outcome?.arrived ?? 0, 'good', 'arrived'),
    ...line(outcome?.retrying ?? 0, 'warn', 'failed again and will be retried'),
    ...line(outcome?.waiting ?? 0, 'warn', 'still waiting in the queue'),
    ...(outcome?.cameBack ?? []).flatMap(({ code, count }) => line(count, 'bad', `came back with ${code}`)),
    ...stopped.flatMap((it) =>
      line(it.left, 'warn', `not sent, because ${it.code} came back: fix it, then redrive again`),
    ),
    ...line(unreadable.length, 'bad', 'written by another release: redrive with that release, or drop'),
    ...line(
      wanted - redriven.length - unreadable.length - left,
      'warn',
      'not found: redriven, dropped or held elsewhere meanwhile',
    ),
  ]
}

/** `3 arrived`; nothing for none. */
function line(count: number, tone: JobLine['tone'], text: string): readonly JobLine[] {
  return count > 0 ? [{ tone, text: `${number(count)} ${text}` }] : []
}
