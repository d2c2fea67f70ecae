import { countMessages } from '../../../aws/count-messages.ts'
import { commandLine } from '../../advice/advice.ts'
import { type Check, fine, orThrow, wrong } from '../subject/finding.ts'
import type { Subject } from '../subject/subject.ts'

/** How many changes failed. Those that are retried automatically need nobody yet. */
export function checkDeadLetters(it: Subject): Check {
  return {
    name: 'dead-letters',
    permission: 'sqs:GetQueueUrl and sqs:GetQueueAttributes',
    async examine() {
      const urls = orThrow(it.queues)
      const { sqs } = it.stage
      const [automatic, manual] = await Promise.all([
        countAll(sqs, urls.deadLetters),
        countAll(sqs, urls.manualDeadLetters),
      ])
      const retried = `${automatic} retried automatically`
      if (manual === 0) return fine(automatic === 0 ? 'none' : `${retried}, none for an operator`)
      const list = commandLine('dead-letters', ['list'], it.flags)
      return wrong(`${manual} for an operator, ${retried}`, `Run: ${list}. It shows the reason of each.`)
    },
  }
}

/** A command that lists dead letters makes them invisible for a while. */
async function countAll(...[sqs, url]: Parameters<typeof countMessages>): Promise<number> {
  const { visible, inFlight } = await countMessages(sqs, url)
  return visible + inFlight
}
