import { createServer, type Server } from 'node:http'
import { listenOnLoopback } from '../../lib/offline/loopback.ts'
import { runCommand } from './run-command.ts'

const commands = [
  ['status', []],
  ['why', ['701000000101']],
  ['plan', ['701000000101']],
  ['plan', ['--source', 'hubspot', '--json']],
  ['doctor', []],
  ['console', []],
  ['links', ['list']],
  ['links', ['show', '701000000101']],
  ['links', ['attach', '701000000101', 'notchpay', 'cus_1']],
  ['links', ['forget', '701000000101']],
  ['dead-letters', ['list']],
  ['dead-letters', ['redrive', '--all']],
] as const

const { TEST_SQS_URL = '', TEST_DYNAMODB_URL = '' } = process.env
const noCredentials = {
  AWS_ACCESS_KEY_ID: '',
  AWS_SECRET_ACCESS_KEY: '',
  AWS_PROFILE: '',
  AWS_CONFIG_FILE: '/nowhere',
  AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
  AWS_EC2_METADATA_DISABLED: 'true',
}

describe('a stage that does not exist', () => {
  it.each(commands)('ends %s %j with 2 and one plain line', async (command, args) => {
    const { code, stdout, stderr } = await runCommand(command, [...args, '--stage', 'nowhere'], {
      AWS_ENDPOINT_URL_SQS: TEST_SQS_URL,
      AWS_ENDPOINT_URL_DYNAMODB: TEST_DYNAMODB_URL,
    })
    expect([code, stdout, stderr]).toEqual([
      2,
      '',
      'no stage nowhere in us-east-1: there is no queue crm-pay-sync-nowhere-changes.fifo\n',
    ])
  })
})

describe('missing AWS credentials', () => {
  it.each([
    ...commands,
    ['replay', ['events/hubspot/contact.creation.json', '--url', 'https://hooks.example.com']] as const,
  ])('end %s %j with 2 and one plain line', async (command, args) => {
    const { code, stdout, stderr } = await runCommand(command, [...args, '--stage', 'prod'], noCredentials)
    expect([code, stdout, stderr]).toEqual([
      2,
      '',
      'no AWS credentials found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY\n',
    ])
  })
})

describe('credentials that SQS refuses', () => {
  let server: Server
  let error: string
  let url: string
  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume()
      response.writeHead(403, { 'content-type': 'application/x-amz-json-1.0' })
      response.end(JSON.stringify({ __type: `com.amazonaws.sqs#${error}`, message: 'no' }))
    })
    url = `http://127.0.0.1:${await listenOnLoopback(server, 0)}`
  })
  afterAll(() => server.close())
  const listLinks = () =>
    runCommand('links', ['list', '--stage', 'nowhere'], {
      AWS_ENDPOINT_URL_SQS: url,
      AWS_ENDPOINT_URL_DYNAMODB: TEST_DYNAMODB_URL,
    })

  it.each([
    ['UnrecognizedClientException', 'these AWS credentials are not valid\n'],
    ['InvalidClientTokenId', 'these AWS credentials are not valid\n'],
    ['ExpiredTokenException', 'the AWS credentials have expired: log in again\n'],
  ])('end a command with 2 and one plain line when they are not accepted: %s', async (name, line) => {
    error = name
    const { code, stdout, stderr } = await listLinks()
    expect([code, stdout, stderr]).toEqual([2, '', line])
  })

  it('do not keep a command that needs no queue from reading the table', async () => {
    error = 'AccessDenied'
    const { code, stderr } = await listLinks()
    expect([code, stderr]).toEqual([1, 'there is no such stage here: check --stage and --region\n'])
  })
})
