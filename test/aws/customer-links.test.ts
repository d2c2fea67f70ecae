import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { dynamodbClient } from '../../lib/aws/clients.ts'
import { dynamodbLinks } from '../../lib/aws/customer-links.ts'
import { recordKey } from '../../lib/core/model/change.ts'
import { newLink } from '../../lib/core/model/link.ts'
import type { ProviderCustomerId } from '../../lib/core/model/provider.ts'
import { describeCustomerLinks } from '../contracts/customer-links.ts'
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.ts'
import { createLinksTable, testAws } from '../support/embedded.ts'

const client = dynamodbClient(testAws())
afterAll(() => client.destroy())

describeCustomerLinks('the DynamoDB table', async () => dynamodbLinks(client, await createLinksTable()))

describe('dynamodbLinks', () => {
  const ref = {
    source: 'pipedrive',
    account: '7',
    recordType: 'company',
    recordId: '12',
  } as const

  it('lists every link', async () => {
    const links = dynamodbLinks(client, await createLinksTable())
    for (const recordId of ['1', '2', '3'])
      await links.saveLink(newLink({ ...ref, recordId }, 'wooshpay', 'test'))
    const listed = await Array.fromAsync(links.listLinks())
    expect(listed.map((link) => link.ref.recordId).toSorted()).toEqual(['1', '2', '3'])
  })

  it('lists the links in one state, wherever they are in the table', async () => {
    const links = dynamodbLinks(client, await createLinksTable())
    for (const recordId of ['1', '2', '3']) {
      const state = recordId === '2' ? 'linked' : 'undecided'
      await links.saveLink({ ...newLink({ ...ref, recordId }, 'wooshpay', 'test'), state })
    }
    const listed = await Array.fromAsync(links.listLinksIn('undecided'))
    expect(listed.map((link) => link.ref.recordId).toSorted()).toEqual(['1', '3'])
    expect(await Array.fromAsync(links.listLinksIn('erased'))).toEqual([])
  })

  it('does not list reservations', async () => {
    const links = dynamodbLinks(client, await createLinksTable())
    const place = { provider: 'notchpay', mode: 'test', id: 'cus_1' as ProviderCustomerId } as const
    await links.reserveCustomer(place, ref, null)
    expect(await Array.fromAsync(links.listLinks())).toEqual([])
  })

  it('reads a link of an older release, and keeps the fields that a newer release has added', async () => {
    const table = await createLinksTable()
    const { ref: _, unreadable: __, history: ___, ...link } = newLink(ref, 'notchpay', 'test')
    const item = {
      pk: recordKey(ref),
      sk: 'notchpay#test',
      ...ref,
      ...link,
      revision: 1,
      ofNextRelease: ['x'],
    }
    await client.send(new PutItemCommand({ TableName: table, Item: marshall(item) }))
    const links = dynamodbLinks(client, table)
    const [stored] = await links.findLinks(ref)
    expect(stored).toMatchObject({ ref, unreadable: [], history: [], revision: 1 })
    if (stored) await links.saveLink(stored)
    expect(await links.findLinks(ref)).toMatchObject([{ ofNextRelease: ['x'], revision: 2 }])
  })

  describe('when a response is lost and the SDK retries the call,', () => {
    let proxy: CountingProxy
    let links: ReturnType<typeof dynamodbLinks>
    beforeEach(async () => {
      proxy = await startCountingProxy(String(testAws().dynamodbEndpoint))
      const lossy = dynamodbClient({ ...testAws(), dynamodbEndpoint: proxy.url })
      links = dynamodbLinks(lossy, await createLinksTable())
    })
    afterEach(() => proxy.close())

    it('recognises its own write', async () => {
      proxy.loseAnswers(1)
      const created = await links.saveLink(newLink(ref, 'notchpay', 'test'))
      expect(created).toMatchObject({ revision: 1 })
      if (!created) return
      proxy.loseAnswers(1)
      expect(await links.saveLink({ ...created, fingerprint: 'newer' })).toMatchObject({ revision: 2 })
      expect(proxy.operations.filter((name) => name.endsWith('PutItem'))).toHaveLength(4)
    })

    it('still detects the write of another process', async () => {
      await links.saveLink(newLink(ref, 'notchpay', 'test'))
      proxy.loseAnswers(1)
      expect(await links.saveLink(newLink(ref, 'notchpay', 'test'))).toBeNull()
    })

    it('treats its own deletion as a success', async () => {
      const created = await links.saveLink(newLink(ref, 'notchpay', 'test'))
      if (!created) throw new Error('the first save must succeed')
      proxy.loseAnswers(1)
      expect(await links.deleteLink(created)).toBe(true)
      expect(await links.deleteLink(created)).toBe(false)
    })
  })
})
