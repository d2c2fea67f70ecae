import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { createResources } from '../../lib/offline/create-resources.ts'
import { startEmbeddedDynamodb } from '../../lib/offline/embedded-dynamodb.ts'
import { breakOff, rawRequest } from '../support/raw-request.ts'

const table = {
  logicalId: 'Links',
  input: {
    TableName: 'links',
    BillingMode: 'PAY_PER_REQUEST' as const,
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' as const }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' as const }],
  },
}
const declared = { tables: [table], queues: [], eventSources: [] }

describe('the embedded DynamoDB', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'crm-pay-sync-data-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  /** A server on the folder with the table in it, as every start of the stack leaves it. */
  const open = async () => {
    const server = await startEmbeddedDynamodb(folder)
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
    const dynamodb = new DynamoDBClient({ endpoint: server.url, region: 'eu-west-1', credentials })
    await createResources(declared, { dynamodb, sqs: {} as SQSClient })
    const close = async () => {
      dynamodb.destroy()
      await server.close()
    }
    return { url: server.url, dynamodb, close }
  }

  it('keeps its tables from one start to the next when it is given a folder', async () => {
    const first = await open()
    await first.dynamodb.send(new PutItemCommand({ TableName: 'links', Item: { pk: { S: 'ama' } } }))
    await first.close()

    const second = await open()
    const { Item } = await second.dynamodb.send(
      new GetItemCommand({ TableName: 'links', Key: { pk: { S: 'ama' } } }),
    )
    await second.close()
    expect(Item).toEqual({ pk: { S: 'ama' } })
  })

  it('refuses a folder that another stack is using, in one line', async () => {
    const first = await open()
    await expect(startEmbeddedDynamodb(folder)).rejects.toThrow(
      `OFFLINE_DATA_DIR: ${folder}: process ${process.pid} is using it; stop that stack first`,
    )
    await first.close()
  })

  it('takes over the folder of a stack that died', async () => {
    writeFileSync(join(folder, 'in-use-by'), '4194304\n')
    const { close } = await open()
    await close()
  })

  it('survives a client that disconnects during a request', async () => {
    const { url, close } = await open()
    const port = Number(new URL(url).port)
    await breakOff(port)
    expect((await rawRequest(port)).status).toBe(200)
    await close()
  })

  it.each([
    ['waits for', false],
    ['waits when the client has disconnected for', true],
  ])('%s the requests in progress when it is closed, and takes no more', async (_, disconnects) => {
    const { dynamodb, close } = await open()
    const increment = () =>
      dynamodb.send(
        new UpdateItemCommand({
          TableName: 'links',
          Key: { pk: { S: 'ama' } },
          UpdateExpression: 'ADD tries :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
        }),
      )
    const increments = Array.from({ length: 40 }, increment)
    const ends = Promise.allSettled(increments)
    await Promise.race(increments)
    if (disconnects) dynamodb.destroy()
    await close()
    const succeeded = (await ends).filter(({ status }) => status === 'fulfilled').length
    await expect(increment()).rejects.toThrow()

    const next = await open()
    const { Item } = await next.dynamodb.send(
      new GetItemCommand({ TableName: 'links', Key: { pk: { S: 'ama' } } }),
    )
    await next.close()
    expect(Number(Item?.['tries']?.N)).toBeGreaterThanOrEqual(succeeded)
  })

  it('says which setting is wrong when the folder is a file', async () => {
    const file = join(folder, 'a-file')
    writeFileSync(file, '')
    await expect(startEmbeddedDynamodb(file)).rejects.toThrow(`OFFLINE_DATA_DIR: ${file}:`)
  })
})
