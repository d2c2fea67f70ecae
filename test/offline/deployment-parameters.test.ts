import { findBadParameters, hasAlarmTarget } from '../../lib/offline/deployment-parameters.ts'
import type { Serverless } from '../../lib/offline/serverless.ts'

const aDeployment = (...param: string[]) =>
  ({
    processedInput: { commands: ['deploy'], options: { param } },
    configurationInput: {
      params: { default: { alarmEmail: '', alarmTopicArn: '', alarmChatWebhook: false } },
    },
    service: { provider: { stage: 'prod' } },
  }) as unknown as Serverless
const topic = 'alarmTopicArn=arn:aws:sns:eu-west-1:123456789012:on-call'

describe('the alarms of a deployment', () => {
  it.each(['alarmEmail=ops@example.com', topic, 'alarmChatWebhook=true'])(
    'reach somebody with %s',
    (param) => {
      expect(hasAlarmTarget(aDeployment(param))).toBe(true)
    },
  )

  it.each(['alarmEmail=', 'alarmTopicArn=', 'alarmChatWebhook=false'])('reach nobody with %s', (param) => {
    expect(hasAlarmTarget(aDeployment(param))).toBe(false)
  })
})

describe('a parameter whose value cannot be right', () => {
  it.each([
    ['dashboard=no', '--param dashboard: expected true or false'],
    ['tracing=Active', '--param tracing: expected true or false'],
    ['alarmTopicArn=on-call', '--param alarmTopicArn: expected the ARN of an SNS topic'],
    [
      'alarmChatWebhook=https://hooks.slack.com/services/T0/B0/secret',
      '--param alarmChatWebhook: expected true or false; the URL is a secret in Secrets Manager',
    ],
  ])('is reported without the value: %s', (param, line) => {
    expect(findBadParameters(aDeployment(param))).toEqual([line])
  })

  it('is not seen where all are right', () => {
    expect(findBadParameters(aDeployment(topic, 'alarmChatWebhook=true', 'dashboard=false'))).toEqual([])
  })
})
