import { dynamodbClient } from '../../lib/aws/clients.ts'
import { dynamodbLinks } from '../../lib/aws/customer-links.ts'
import { readLinkPage } from '../../lib/aws/link-pages.ts'
import { newLink } from '../../lib/core/model/link.ts'
import { aHistoryEntry } from '../fakes/history.ts'
import { ref } from '../fakes/world.ts'
import { createLinksTable, testAws } from '../support/embedded.ts'

const client = dynamodbClient(testAws())
afterAll(() => client.destroy())

it('a page holds what listLinks lists: no line that only keeps a history, no tombstone that only blocks a create', async () => {
  const table = await createLinksTable()
  const links = dynamodbLinks(client, table)
  await links.saveLink({ ...newLink(ref, 'notchpay', 'test'), state: 'linked' })
  await links.saveLink({ ...newLink(ref, null, 'live'), history: [aHistoryEntry({ event: 'forgotten' })] })
  await links.saveLink({ ...newLink(ref, 'wooshpay', 'live'), state: 'erased' })
  await links.reserveCustomer({ provider: 'notchpay', mode: 'test', id: 'cus_1' as never }, ref, null)
  const page = await readLinkPage(client, table, { size: 50, budgetMs: 1000 })
  expect(page.links.map(({ provider, state }) => [provider, state])).toEqual([['notchpay', 'linked']])
  expect(page.cursor).toBeNull()
  expect(page.links).toEqual(await Array.fromAsync(links.listLinks()))
})
