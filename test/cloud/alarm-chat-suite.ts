import { deployedResources } from '../support/deployed-template.ts'
import type { Packaged, Properties } from '../support/packaged-template.ts'

type Matcher = { readonly 'anything-but'?: readonly string[] }
type Branch = {
  readonly state: { readonly value: readonly string[] }
  readonly previousState?: { readonly value: readonly string[] }
  readonly alarmName?: readonly Matcher[]
}

/** How a packaged template posts alarms to a chat. `prod` has one, `dev` has none. */
export function alarmChatSuite(dev: () => Packaged, prod: () => Packaged): void {
  const alarms = () =>
    Object.values(deployedResources(prod())).flatMap(({ Type, Properties }) =>
      Type === 'AWS::CloudWatch::Alarm' ? [Properties] : [],
    )
  const propertiesOf = (id: string): Properties => deployedResources(prod())[id]?.Properties ?? {}

  describe('the chat', () => {
    const pattern = () => propertiesOf('AlarmChatRule')['EventPattern'] as Record<string, unknown>
    const branches = () => (pattern()['detail'] as { $or: readonly Branch[] }).$or
    const target = () => (propertiesOf('AlarmChatRule')['Targets'] as readonly Properties[])[0] ?? {}
    const transformer = () =>
      target()['InputTransformer'] as { InputPathsMap: Record<string, string>; InputTemplate: string }

    it('gets the alarms of this stage only, not those of a stage whose name begins alike', () => {
      const { detail: _, ...others } = pattern()
      const arn = ['arn:', 'AWS::Partition', ':cloudwatch:', 'AWS::Region', ':', 'AWS::AccountId', ':alarm:']
        .map((part) => (part.startsWith('AWS') ? `\${${part}}` : part))
        .join('')
      expect(others).toEqual({
        source: ['aws.cloudwatch'],
        'detail-type': ['CloudWatch Alarm State Change'],
        resources: [{ prefix: { 'Fn::Sub': `${arn}crm-pay-sync/prod/` } }],
      })
    })

    it('gets a message when an alarm enters ALARM, and when it returns to OK if the alarm has OK actions', () => {
      const withoutOk = alarms().flatMap(({ AlarmName, OKActions }) => (OKActions ? [] : [AlarmName]))
      expect(withoutOk).not.toEqual([])
      expect(branches()).toEqual([
        { state: { value: ['ALARM'] } },
        {
          state: { value: ['OK'] },
          previousState: { value: ['ALARM'] },
          alarmName: [{ 'anything-but': withoutOk }],
        },
      ])
    })

    it('gets a message that is JSON, with the state, the name, what to do and the reason', () => {
      const { InputPathsMap, InputTemplate } = transformer()
      const { AlarmName, AlarmDescription } = alarms()[0] ?? {}
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
      const event = {
        detail: {
          alarmName: AlarmName,
          state: { value: 'ALARM', reason: 'Threshold Crossed: 1 datapoint [1.0 (26/11/26 10:00:00)]' },
          configuration: { description: AlarmDescription },
        },
      }
      const message = InputTemplate.replace(/<(\w+)>/g, (_, name: string) =>
        at(event, InputPathsMap[name] ?? ''),
      )
      expect(JSON.parse(message)).toEqual({
        text: `ALARM: ${AlarmName}\n${AlarmDescription}\n${event.detail.state.reason}`,
      })
    })

    it('gets descriptions that cannot break the JSON, since EventBridge may not escape them', () => {
      for (const { AlarmName, AlarmDescription } of alarms()) {
        expect(`${AlarmName} ${AlarmDescription}`).toMatch(/^[^"\\<>\n]+$/)
      }
    })

    it('is reached at a URL that CloudFormation reads from Secrets Manager, and that no template contains', () => {
      expect(propertiesOf('AlarmChatDestination')).toMatchObject({
        InvocationEndpoint:
          '{{resolve:secretsmanager:crm-pay-sync/prod/alarm/CHAT_WEBHOOK_URL:SecretString}}',
        HttpMethod: 'POST',
        ConnectionArn: { 'Fn::GetAtt': ['AlarmChatConnection', 'Arn'] },
      })
      expect(dev().text).not.toContain('{{resolve:')
    })

    it('is called by a role for EventBridge that may do nothing else', () => {
      const destination = { 'Fn::GetAtt': ['AlarmChatDestination', 'Arn'] }
      expect(target()).toMatchObject({
        Arn: destination,
        RoleArn: { 'Fn::GetAtt': ['AlarmChatRole', 'Arn'] },
      })
      expect(propertiesOf('AlarmChatRole')).toMatchObject({
        AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: 'events.amazonaws.com' } }] },
        Policies: [
          {
            PolicyDocument: {
              Statement: [
                {
                  Sid: 'PostAlarms',
                  Effect: 'Allow',
                  Action: 'events:InvokeApiDestination',
                  Resource: destination,
                },
              ],
            },
          },
        ],
      })
    })
  })
}

/** What a path such as `$.detail.state.value` names in the event. */
function at(event: object, path: string): string {
  const value = path
    .split('.')
    .slice(1)
    .reduce<unknown>((part, name) => (part as Readonly<Record<string, unknown>>)[name], event)
  return String(value)
}
