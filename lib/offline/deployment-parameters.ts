import { givenParameters, type Parameters } from './adapter-parameters.ts'
import type { Serverless } from './serverless.ts'

const switches = ['alarmChatWebhook', 'dashboard', 'tracing']

/** Values that CloudFormation would take, and that do not do what they were given for; one line each, without the value. */
export function findBadParameters(serverless: Serverless): string[] {
  const given = givenParameters(serverless)
  const { alarmTopicArn } = given
  return [
    ...switches.filter((name) => !isSwitch(given[name])).map((name) => `--param ${name}: ${hintFor(name)}`),
    ...(isArnOfTopic(alarmTopicArn) ? [] : ['--param alarmTopicArn: expected the ARN of an SNS topic']),
  ]
}

/** Whether anybody hears of the alarms. */
export function hasAlarmTarget(serverless: Serverless): boolean {
  const { alarmEmail, alarmTopicArn, alarmChatWebhook } = givenParameters(serverless)
  return Boolean(alarmEmail) || Boolean(alarmTopicArn) || String(alarmChatWebhook) === 'true'
}

function isSwitch(value: Parameters[string]): boolean {
  return value === undefined || ['true', 'false'].includes(String(value))
}

/** A webhook's URL is a secret: it must not come into the template, nor into this line. */
function hintFor(name: string): string {
  const expected = 'expected true or false'
  return name === 'alarmChatWebhook' ? `${expected}; the URL is a secret in Secrets Manager` : expected
}

function isArnOfTopic(value: Parameters[string]): boolean {
  return value === undefined || value === '' || /^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/.test(String(value))
}
