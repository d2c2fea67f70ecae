import { dynamodbClient } from '../../lib/aws/clients.ts'
import { dynamodbLinks } from '../../lib/aws/customer-links.ts'
import { RetryLater } from '../../lib/core/errors.ts'
import { newLink } from '../../lib/core/link.ts'
import { describeCustomerLinks } from '../contracts/customer-links.ts'
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

  it('lists every link for people', async () => {
    const links = dynamodbLinks(client, await createLinksTable())
    for (const recordId of ['1', '2', '3'])
      await links.saveLink(newLink({ ...ref, recordId }, 'wooshpay', 'test'))
    const listed = await Array.fromAsync(links.listLinks())
    expect(listed.map((link) => link.ref.recordId).toSorted()).toEqual(['1', '2', '3'])
  })

  it('says RetryLater, blaming no customer, when the table is not there', async () => {
    const links = dynamodbLinks(client, 'no-such-table')
    await expect(links.findLinks(ref)).rejects.toMatchObject({
      code: 'TABLE_UNAVAILABLE',
      counts: false,
    })
    await expect(links.saveLink(newLink(ref, 'notchpay', 'test'))).rejects.toBeInstanceOf(RetryLater)
  })
})
