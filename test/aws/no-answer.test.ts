import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { postponeMessages, sqsChangeQueue } from '../../lib/aws/change-queue.ts'
import { dynamodbLinks } from '../../lib/aws/customer-links.ts'
import { noAnswer } from '../../lib/aws/no-answer.ts'
import { aChange, ref } from '../fakes/world.ts'

const endpoint = 'http://someone:secret@localhost:1'
const settings = { region: 'eu-west-1', maxAttempts: 1 }
const dynamodb = new DynamoDBClient({ ...settings, endpoint })
const sqs = new SQSClient({ ...settings, endpoint, useQueueUrlAsEndpoint: false })

const error = (name: string, code?: string) =>
  Object.assign(new Error('longer'), { name, ...(code && { code }) })

describe('noAnswer', () => {
  it.each([
    ['the code of a network error', error('Error', 'ECONNREFUSED'), 'ECONNREFUSED'],
    [
      'the code where every address of a name failed',
      error('AggregateError', 'ECONNREFUSED'),
      'ECONNREFUSED',
    ],
    ['the name of a time-out', error('TimeoutError', 'ETIMEDOUT'), 'TimeoutError'],
    ['the name of an error of AWS', error('ThrottlingException'), 'ThrottlingException'],
    ['the name of any other error', error('Error'), 'Error'],
    ['that it is no error at all', 'text', 'unknown error'],
  ])('reports %s', async (_, cause, reason) => {
    expect(await noAnswer('SQS', sqs, cause)).toBe(`SQS at localhost:1 did not answer (${reason})`)
  })

  it.each([
    ['the region’s own', new SQSClient({ region: 'eu-west-1' }), ' at sqs.eu-west-1.amazonaws.com'],
    [
      'the region’s own of China',
      new DynamoDBClient({ region: 'cn-north-1' }),
      ' at dynamodb.cn-north-1.amazonaws.com.cn',
    ],
    [
      'no host without a region',
      new SQSClient({ region: (): Promise<string> => Promise.reject(error('Error')) }),
      '',
    ],
  ])('names the host where no endpoint is set: %s', async (_, client, host) => {
    const cause = error('AccessDenied')
    expect(await noAnswer('AWS', client, cause)).toBe(`AWS${host} did not answer (AccessDenied)`)
  })
})

describe('a table or queue that does not answer', () => {
  it('is named by host and port, without the credentials of its URL', async () => {
    await expect(dynamodbLinks(dynamodb, 'links').findLinks(ref)).rejects.toMatchObject({
      code: 'TABLE_UNAVAILABLE',
      message: expect.stringMatching(/^the table of links at localhost:1 did not answer \(\w+\)$/),
    })
    await expect(sqsChangeQueue(sqs, 'q').send([aChange()])).rejects.toMatchObject({
      code: 'QUEUE_UNAVAILABLE',
      message: expect.stringMatching(/^the queue at localhost:1 did not answer \(\w+\)$/),
    })
  })

  it('is named in the log when a wait cannot be set', async () => {
    const lines: unknown[] = []
    const silent = () => {}
    const warn = (...line: unknown[]) => void lines.push(line)
    const log = { debug: silent, info: silent, error: silent, warn }
    await postponeMessages(sqs, 'q', [{ receiptHandle: 'r', afterSeconds: 1 }], log)
    const reason = expect.stringMatching(/^the queue at localhost:1 did not answer/)
    expect(lines).toEqual([['the wait before the next attempt could not be set', { reason }]])
  })
})
