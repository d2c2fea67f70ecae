import { type MetricAlarm, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch'
import { commandLine } from '../../advice/advice.ts'
import { CannotCheck, type Check, fine, type Outcome, wrong } from '../subject/finding.ts'
import { awsCommand, type Subject } from '../subject/subject.ts'

/** Whether every alarm of serverless.yml exists, notifies somebody, and is quiet. */
export function checkAlarms(it: Subject): Check {
  return {
    name: 'alarms',
    permission: 'cloudwatch:DescribeAlarms',
    async examine() {
      if (!it.deployed) throw new CannotCheck('only a deployed stage has alarms')
      return judge(await fetchAlarms(it), it)
    },
  }
}

async function fetchAlarms({ deployed, template }: Subject): Promise<readonly MetricAlarm[]> {
  if (!deployed) return []
  const { cloudwatch: client } = deployed
  const pages = paginateDescribeAlarms({ client }, { AlarmNamePrefix: `${template.stackName}-` })
  const alarms: MetricAlarm[] = []
  for await (const { MetricAlarms = [] } of pages) alarms.push(...MetricAlarms)
  return alarms
}

function judge(existing: readonly MetricAlarm[], it: Subject): Outcome {
  const { template, flags } = it
  // CloudFormation names a resource after the stack and its logical id.
  const found = template.alarms.map((id) => ({
    id,
    alarm: existing.find(({ AlarmName }) => AlarmName?.startsWith(`${template.stackName}-${id}-`)),
  }))
  const idsWhere = (is: (alarm: MetricAlarm) => boolean) =>
    found.flatMap(({ id, alarm }) => (alarm && is(alarm) ? [id] : []))
  const missing = found.filter(({ alarm }) => !alarm).map(({ id }) => id)
  if (missing.length > 0) {
    return wrong(`missing: ${missing.join(', ')}`, `Run: ${commandLine('deploy', [], flags)}`)
  }
  const off = idsWhere(({ ActionsEnabled }) => ActionsEnabled === false)
  if (off.length > 0) {
    return wrong(
      `switched off: ${off.join(', ')}`,
      awsCommand(`cloudwatch enable-alarm-actions --alarm-names ${namesOf(found, off)}`, it),
    )
  }
  const silent = idsWhere(({ AlarmActions = [] }) => AlarmActions.length === 0)
  if (silent.length > 0) {
    const deploy = commandLine('deploy', ['--param=alarmEmail=ops@example.com'], flags)
    return wrong(`nobody is told of ${silent.length} of ${found.length} alarms`, `Run: ${deploy}`)
  }
  const ringing = idsWhere(({ StateValue }) => StateValue === 'ALARM')
  if (ringing.length > 0) {
    const advice = found.find(({ id }) => id === ringing[0])?.alarm?.AlarmDescription
    return wrong(`in alarm: ${ringing.join(', ')}`, advice ?? 'See docs/operations.md#alarms.')
  }
  return fine(`all ${found.length} alarms are quiet and notify somebody`)
}

function namesOf(
  found: readonly { readonly id: string; readonly alarm: MetricAlarm | undefined }[],
  ids: readonly string[],
): string {
  return found.flatMap(({ id, alarm }) => (ids.includes(id) ? [alarm?.AlarmName ?? id] : [])).join(' ')
}
