import { ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda'
import { commandLine } from '../../advice/advice.ts'
import { CannotCheck, type Check, fine, type Outcome, wrong } from '../subject/finding.ts'
import { awsCommand, type Subject } from '../subject/subject.ts'

/** Whether AWS hands the changes to the function, and takes back those that must be tried again. */
export function checkEventSources(it: Subject): readonly Check[] {
  return it.template.eventSources.map((declared) => ({
    name: `event-source ${shortName(declared, it)}`,
    permission: 'lambda:ListEventSourceMappings',
    examine: () => examine(declared, it),
  }))
}

type Declared = Subject['template']['eventSources'][number]

/** The queue's name without the stage's. */
function shortName({ queue }: Declared, { template }: Subject): string {
  const name = template.queues.find(({ logicalId }) => logicalId === queue)?.name ?? queue
  return name.replace(`${template.stackName}-`, '').replace(/\.fifo$/, '')
}

async function examine(declared: Declared, it: Subject): Promise<Outcome> {
  const { template, deployed, flags } = it
  if (!deployed) throw new CannotCheck('the local stack has no event source mapping of AWS')
  const { EventSourceMappings = [] } = await deployed.lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName: declared.functionName }),
  )
  const queue = template.queues.find(({ logicalId }) => logicalId === declared.queue)?.name ?? ''
  const ours = EventSourceMappings.filter(({ EventSourceArn }) => EventSourceArn?.endsWith(`:${queue}`))
  const deploy = `Run: ${commandLine('deploy', [], flags)}`
  const [mapping, ...others] = ours
  if (!mapping) return wrong(`${queue} does not feed ${declared.functionName}`, deploy)
  if (others.length > 0) {
    const extra = others.map(({ UUID }) => UUID).join(', ')
    return wrong(
      `${queue} feeds ${declared.functionName} ${ours.length} times`,
      `Delete the mapping that the stack does not own: one of ${mapping.UUID}, ${extra}.`,
    )
  }
  const update = (option: string) =>
    awsCommand(`lambda update-event-source-mapping --uuid ${mapping.UUID} ${option}`, it)
  if (mapping.State === 'Disabled' || mapping.State === 'Disabling') {
    return wrong(`the mapping of ${queue} is disabled: changes wait`, update('--enabled'))
  }
  const reports = mapping.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false
  if (declared.reportsBatchItemFailures && !reports) {
    return wrong(
      'failed changes of a batch are not reported one by one (ReportBatchItemFailures)',
      update('--function-response-types ReportBatchItemFailures'),
    )
  }
  if (mapping.BatchSize !== undefined && mapping.BatchSize !== declared.batchSize) {
    return wrong(
      `the batch size is ${mapping.BatchSize}, expected ${declared.batchSize}`,
      update(`--batch-size ${declared.batchSize}`),
    )
  }
  return fine(`${queue} feeds ${declared.functionName}`)
}
