import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { answered } from '../../../aws/change-queue.ts'
import type { DeclaredQueue } from '../../../offline/resources.ts'
import { shellQuote } from '../../../support/shell-quote.ts'
import type { QueueUrls } from '../../stage/stage-resources.ts'
import { type Check, fine, type Outcome, orThrow, wrong } from '../subject/finding.ts'
import { awsCommand, type Subject } from '../subject/subject.ts'

/** The queues by their logical ids in serverless.yml. */
const keys: Readonly<Record<string, keyof QueueUrls>> = {
  ChangesQueue: 'changes',
  ListedQueue: 'listed',
  DeadLettersQueue: 'deadLetters',
  ManualDeadLettersQueue: 'manualDeadLetters',
}

/** A check for each queue: does it have the attributes that serverless.yml declares? */
export function checkQueues(it: Subject): readonly Check[] {
  return it.template.queues.flatMap((declared) => {
    const key = keys[declared.logicalId]
    if (!key) return []
    return [
      {
        name: `queue ${declared.name.replace(`${it.template.stackName}-`, '').replace(/\.fifo$/, '')}`,
        permission: 'sqs:GetQueueUrl and sqs:GetQueueAttributes',
        examine: () => examineQueue(declared, key, it),
      },
    ]
  })
}

type Attributes = Readonly<Record<string, string>>

async function examineQueue(declared: DeclaredQueue, key: keyof QueueUrls, it: Subject): Promise<Outcome> {
  const urls = orThrow(it.queues)
  const url = urls[key]
  if (url === null) return wrong('there is no such queue', whereMissing(it))
  const answer = await answered(it.stage.sqs, () =>
    it.stage.sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] })),
  )
  const actual: Attributes = answer.Attributes ?? {}
  const wanted = { ...declared.attributes, ...redriveOf(declared, urls, actual) }
  const different = Object.entries(wanted).filter(([name, value]) => !isAsDeclared(name, value, actual))
  if (different.length > 0) {
    const each = different.map(([name, value]) => `${name} is ${actual[name]}, expected ${value}`)
    return wrong(each.join('; '), howToFix(different, url, it))
  }
  const { ApproximateNumberOfMessages: waiting, ApproximateNumberOfMessagesNotVisible: inFlight } = actual
  return fine(`as serverless.yml declares; ${waiting ?? 0} waiting, ${inFlight ?? 0} in flight`)
}

/** An embedded queue leaves out attributes that it does not support. */
function isAsDeclared(name: string, value: string, actual: Attributes): boolean {
  if (name !== 'RedrivePolicy') return actual[name] === undefined || actual[name] === value
  return canonical(actual[name]) === canonical(value)
}

/** The redrive policy with the ARN of the dead-letter queue, which differs from the queue's own in its name only. */
function redriveOf({ redrive }: DeclaredQueue, urls: QueueUrls, { QueueArn = '' }: Attributes): Attributes {
  const key = redrive && keys[redrive.to]
  const deadLetters = key && urls[key]
  if (!redrive || !deadLetters) return {}
  const arn = QueueArn.replace(/[^:]+$/, deadLetters.split('/').at(-1) ?? '')
  return {
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: redrive.maxReceiveCount }),
  }
}

function canonical(policy: string | undefined): string {
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(policy ?? '{}')
  return `${deadLetterTargetArn} ${Number(maxReceiveCount)}`
}

function whereMissing({ isLocal, stage }: Subject): string {
  return isLocal ? 'Restart npm start.' : `Deploy this release: npm run deploy -- --stage ${stage.name}`
}

/** Deploying again would not help: CloudFormation does not notice what was changed beside it. */
function howToFix(different: readonly (readonly [string, string])[], url: string, it: Subject): string {
  if (it.isLocal) return 'Delete the queue and restart npm start, which makes it again.'
  const attributes = shellQuote(JSON.stringify(Object.fromEntries(different)))
  return awsCommand(`sqs set-queue-attributes --queue-url ${url} --attributes ${attributes}`, it)
}
