import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dynamodbClient } from '../../lib/aws/clients.ts'
import { dynamodbLinks } from '../../lib/aws/customer-links.ts'
import { type Link, newLink } from '../../lib/core/model/link.ts'
import { aChange, aCustomer, aWorld, crmTime, ref } from '../fakes/world.ts'
import { createLinksTable, testAws } from '../support/embedded.ts'

const client = dynamodbClient(testAws())
afterAll(() => client.destroy())

/** DynamoDB takes items of up to 400 KB. */
const tooLarge: Link = {
  ...newLink(ref, 'notchpay', 'test'),
  absorbed: Array.from({ length: 30_000 }, (_, index) => `loser-${10_000_000 + index}`),
}

describe('an item that the table rejects', () => {
  it('is rejected permanently when it is too large, in a message that quotes nothing of it', async () => {
    const links = dynamodbLinks(client, await createLinksTable())
    const saving = links.saveLink(tooLarge)
    await expect(saving).rejects.toMatchObject({ name: 'Rejected', code: 'LINK_TOO_LARGE' })
    await expect(saving).rejects.not.toThrow(/loser/)
    expect(await links.findLinks(ref)).toEqual([])
  })

  it('is rejected permanently for any other content, such as a key of more than 2 KB', async () => {
    const links = dynamodbLinks(client, await createLinksTable())
    const recordId = '\u5ba2'.repeat(256)
    const link = newLink({ ...ref, account: recordId, recordId }, 'notchpay', 'test')
    await expect(links.saveLink(link)).rejects.toMatchObject({ name: 'Rejected', code: 'TABLE_REFUSED' })
  })

  it('is not retried: its change is dead-lettered, and the provider is not called', async () => {
    const links = dynamodbLinks(client, await createLinksTable())
    const { absorbed } = tooLarge
    const world = aWorld({
      links: { ...links, saveLink: (link) => links.saveLink(link.provider ? { ...link, absorbed } : link) },
    })
    world.source.put(ref, aCustomer(), crmTime(0))
    expect(await world.sync(aChange())).toEqual([])
    expect(world.parked).toMatchObject([{ failure: { code: 'LINK_TOO_LARGE', retryable: false } }])
    expect(world.notchpay.calls).toEqual([])
  })
})

describe('a table that answers with an error', () => {
  let server: Server
  let type = ''
  let message = ''
  let links: ReturnType<typeof dynamodbLinks>
  beforeAll(async () => {
    server = createServer((_, response) => {
      response.writeHead(type === 'InternalServerError' ? 500 : 400, {
        'content-type': 'application/x-amz-json-1.0',
      })
      response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    links = dynamodbLinks(
      dynamodbClient({ ...testAws(), dynamodbEndpoint: `http://127.0.0.1:${port}` }),
      'links',
    )
  })
  afterAll(() => server.close())

  it.each([
    ['ResourceNotFoundException', 'Misconfigured', 'TABLE_NOT_THERE'],
    ['AccessDeniedException', 'Misconfigured', 'TABLE_DENIED'],
    ['ValidationException', 'Rejected', 'TABLE_REFUSED'],
    ['ProvisionedThroughputExceededException', 'RetryLater', 'TABLE_UNAVAILABLE'],
    ['UnrecognizedClientException', 'RetryLater', 'TABLE_UNAVAILABLE'],
    ['InternalServerError', 'RetryLater', 'TABLE_UNAVAILABLE'],
    [
      'ValidationException',
      'Misconfigured',
      'TABLE_NOT_THERE',
      'The table does not have the specified index: x',
    ],
  ])('%s means %s (%s)', async (name, kind, code, says = 'quotes amina') => {
    type = name
    message = says
    for (const call of [() => links.findLinks(ref), () => links.saveLink(newLink(ref, 'notchpay', 'test'))]) {
      const error = await call().catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ name: kind, code, ...(kind === 'RetryLater' && { counts: false }) })
      expect(String(error)).not.toContain('amina')
    }
  })

  it('that does not exist is reported as such by the embedded service, too', async () => {
    await expect(dynamodbLinks(client, 'no-such-table').findLinks(ref)).rejects.toMatchObject({
      name: 'Misconfigured',
      code: 'TABLE_NOT_THERE',
      message: expect.stringContaining('127.0.0.1'),
    })
  })
})
