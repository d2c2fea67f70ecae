import { dynamodbClient } from '../../../lib/aws/clients.ts'
import { dynamodbWalks } from '../../../lib/aws/walks.ts'
import { changesOf } from '../../../lib/core/messages/listed-page.ts'
import { listedPageSchema, type RecordRef } from '../../../lib/core/model/change.ts'
import { newLink } from '../../../lib/core/model/link.ts'
import { type RunningSandbox, startSandbox } from '../../../lib/offline/sandbox/server.ts'
import { hubspotSandbox } from '../../../lib/sources/hubspot/sandbox.ts'
import { receiveAll, testAws } from '../../support/embedded.ts'
import { aStack, type TestStack } from '../a-stack.ts'

const ref: RecordRef = { source: 'hubspot', account: '48213377', recordType: 'contact', recordId: '1' }

describe('npm run resync', () => {
  let stack: TestStack
  let hubspot: RunningSandbox
  beforeEach(async () => {
    hubspot = await startSandbox(hubspotSandbox({ accessToken: 'pat-cli' }))
    stack = await aStack({
      environment: {
        HUBSPOT_ACCESS_TOKEN: 'pat-cli',
        HUBSPOT_API_URL: hubspot.url,
        NOTCHPAY_PUBLIC_KEY: 'pk_test_cli',
        WOOSHPAY_SECRET_KEY: 'sk_test_cli',
      },
    })
  })
  afterEach(async () => {
    stack.close()
    await hubspot.close()
  })

  const putContacts = (count: number) => {
    for (let id = 1; id <= count; id += 1) {
      hubspot.sandbox.putRecord?.({ object: 'contacts', id: String(id), properties: { firstname: 'Amina' } })
    }
  }
  const queued = async () =>
    (await receiveAll(stack.listedQueueUrl)).flatMap(({ Body }) =>
      changesOf(listedPageSchema.parse(JSON.parse(Body ?? ''))),
    )
  const ids = (changes: Awaited<ReturnType<typeof queued>>) =>
    new Set(changes.map(({ recordId }) => recordId))

  it('queues every record of the CRM as a listed one, and prints the document of the contract', async () => {
    putContacts(3)
    const { code, stdout, stderr } = await stack.run('resync', '--source', 'hubspot', '--json')
    expect([code, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toEqual({
      source: 'hubspot',
      since: null,
      listed: 3,
      queued: 3,
      until: expect.stringMatching(/Z$/),
      complete: true,
    })
    const changes = await queued()
    expect(ids(changes)).toEqual(new Set(['1', '2', '3']))
    expect(changes[0]).toMatchObject({ ...ref, recordId: expect.anything(), kind: 'changed', listed: true })
    expect(await receiveAll(stack.info.changesQueueUrl)).toEqual([])
  })

  it('says in words how many were queued', async () => {
    putContacts(2)
    const { stdout } = await stack.run('resync', '--source', 'hubspot', '--type', 'contact')
    expect(stdout).toMatch(/^2 hubspot records queued: everything that changed before 2\S+Z\n$/)
    const none = await stack.run('resync', '--source', 'hubspot', '--type', 'company', '--json')
    expect(JSON.parse(none.stdout)).toMatchObject({ listed: 2, queued: 0, complete: true })
  })

  it('queues only what changed since a time', async () => {
    putContacts(1)
    const lastmodifieddate = '2026-01-01T00:00:00.000Z'
    hubspot.sandbox.putRecord?.({ object: 'contacts', id: '7', properties: { lastmodifieddate } })
    const { stdout } = await stack.run('resync', '--source', 'hubspot', '--since', '2h', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ queued: 1, since: expect.stringMatching(/Z$/) })
    expect(ids(await queued())).toEqual(new Set(['1']))
  })

  it('ends with 1 when the CRM fails; the next resync goes on where that one stopped', async () => {
    putContacts(450)
    // The second page and those after it.
    hubspot.setFaults([{ sent: '"GT"', effect: 'answer', status: 503 }])
    const failed = await stack.run('resync', '--source', 'hubspot', '--json')
    expect([failed.code, failed.stdout]).toEqual([1, ''])
    expect(failed.stderr).toContain('CRM_UNAVAILABLE')
    hubspot.setFaults([])
    hubspot.ledger.length = 0
    const { code, stdout, stderr } = await stack.run('resync', '--source', 'hubspot', '--json')
    expect([code, stderr]).toEqual([0, 'going on after 200 records of a resync that was not finished\n'])
    expect(JSON.parse(stdout)).toMatchObject({ queued: expect.any(Number), complete: true })
    const searches = hubspot.ledger.filter(({ path }) => path === '/crm/v3/objects/contacts/search')
    expect(JSON.stringify(JSON.parse(searches[0]?.body ?? '').filterGroups)).toContain('hs_object_id')
    expect(ids(await queued()).size).toBe(450)
    const dynamodb = dynamodbClient(testAws())
    const walk = await dynamodbWalks(dynamodb, stack.info.linksTable).findWalk('hubspot/resync/*/*')
    expect(walk).toMatchObject({ running: null, watermark: expect.stringMatching(/Z$/) })
    dynamodb.destroy()
  })

  it('queues the named records, of whatever source', async () => {
    await stack.links.saveLink(newLink(ref, 'notchpay', 'test'))
    const { stdout } = await stack.run('resync', '1', '--json')
    expect(JSON.parse(stdout)).toEqual({
      source: 'hubspot',
      since: null,
      listed: 1,
      queued: 1,
      until: null,
      complete: true,
    })
    expect(await queued()).toMatchObject([{ ...ref, listed: true }])
  })

  it('shows with --dry-run what would change, and queues nothing', async () => {
    putContacts(1)
    const { stdout } = await stack.run('resync', '--source', 'hubspot', '--dry-run', '--json')
    expect(JSON.parse(stdout)).toHaveProperty('summary')
    expect(await queued()).toEqual([])
  })

  it.each([
    [['--json'], 'expected record ids or --source'],
    [['1', '--since', '2h'], '--since: expected with --source alone'],
    [['404'], 'no link of record 404 yet'],
    [['--source', 'standard-webhooks'], 'standard-webhooks cannot list its records'],
    [['--source', 'pipedrive'], 'PIPEDRIVE_API'],
  ])('refuses %j with one line', async (args, line) => {
    const { code, stdout, stderr } = await stack.run('resync', ...args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(line)
    expect(stderr).toMatch(/^[^\n]+\n$/)
  })
})
