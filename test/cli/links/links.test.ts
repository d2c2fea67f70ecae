import type { CustomerChange, RecordRef } from '../../../lib/core/model/change.ts'
import { type Failure, isBareLine, type Link, newLink } from '../../../lib/core/model/link.ts'
import type { ProviderCustomerId } from '../../../lib/core/model/provider.ts'
import type { RunningSandbox } from '../../../lib/offline/sandbox/server.ts'
import { startSandbox } from '../../../lib/offline/sandbox/server.ts'
import { notchpaySandbox } from '../../../lib/providers/notchpay/sandbox.ts'
import { wooshpaySandbox } from '../../../lib/providers/wooshpay/sandbox.ts'
import { receiveAll } from '../../support/embedded.ts'
import { aStack, type TestStack } from '../a-stack.ts'

const ref: RecordRef = { source: 'hubspot', account: '33', recordType: 'contact', recordId: '501' }
const failure: Failure = {
  code: 'CUSTOMERS_MANY',
  reason: 'two customers fit',
  field: null,
  attempts: 2,
  firstFailedAt: '2026-03-01T08:00:00.000Z',
  retryable: false,
}

function aLink(changes: Partial<Link> = {}): Link {
  return {
    ...newLink(changes.ref ?? ref, 'notchpay', 'test'),
    state: 'linked',
    providerCustomerId: 'cus_1' as ProviderCustomerId,
    syncedAt: '2026-03-01T08:00:00.000Z',
    lastOutcome: 'created',
    fingerprint: 'abc',
    ...changes,
  }
}

function aChange(): CustomerChange {
  return { ...ref, v: 1, kind: 'changed', eventId: 'event-1', receivedAt: '2026-03-01T08:00:00.000Z' }
}

/** What is known of the record, apart from the history of what was forgotten. */
const keptLinks = async ({ links }: TestStack) =>
  (await links.findLinks(ref)).filter((link) => !isBareLine(link))

describe('npm run links', () => {
  let stack: TestStack
  let notchpay: RunningSandbox
  let wooshpay: RunningSandbox
  beforeEach(async () => {
    notchpay = await startSandbox(notchpaySandbox({ publicKey: 'pk_test_cli' }))
    wooshpay = await startSandbox(wooshpaySandbox({ secretKey: 'sk_test_cli' }))
    for (const id of ['cus_8', 'cus_9']) notchpay.sandbox.putRecord?.({ id, email: 'amina@example.cm' })
    wooshpay.sandbox.putRecord?.({ id: 'cus_5', email: 'priya@example.in', metadata: {} })
    stack = await aStack({
      environment: {
        NOTCHPAY_PUBLIC_KEY: 'pk_test_cli',
        WOOSHPAY_SECRET_KEY: 'sk_test_cli',
        NOTCHPAY_API_URL: notchpay.url,
        WOOSHPAY_API_URL: wooshpay.url,
      },
    })
  })
  afterEach(async () => {
    stack.close()
    await Promise.all([notchpay.close(), wooshpay.close()])
  })

  it('lists links as the contract writes them, absent values null', async () => {
    await stack.links.saveLink(aLink())
    await stack.links.saveLink(
      aLink({ provider: 'wooshpay', state: 'undecided', providerCustomerId: null, syncedAt: null, failure }),
    )
    const { code, stdout, stderr } = await stack.run('links', 'list', '--json')
    expect(stderr).toBe('')
    expect(code).toBe(0)
    const common = { source: 'hubspot', account: '33', recordType: 'contact', recordId: '501', mode: 'test' }
    const { retryable: _, ...lastError } = failure
    expect(JSON.parse(stdout)).toEqual([
      {
        ...common,
        provider: 'notchpay',
        providerCustomerId: 'cus_1',
        state: 'linked',
        mergedInto: null,
        syncedAt: '2026-03-01T08:00:00.000Z',
        lastOutcome: 'created',
        lastError: null,
        surplus: false,
      },
      {
        ...common,
        provider: 'wooshpay',
        providerCustomerId: null,
        state: 'undecided',
        mergedInto: null,
        syncedAt: null,
        lastOutcome: 'created',
        lastError,
        surplus: false,
      },
    ])
  })

  it('marks the customer that a merge left over, and no other, by the final survivor', async () => {
    const customer = (id: string) => id as ProviderCustomerId
    const merged = (recordId: string, providerCustomerId: ProviderCustomerId | null, mergedInto: string) =>
      stack.links.saveLink(
        aLink({ ref: { ...ref, recordId }, state: 'merged', providerCustomerId, mergedInto }),
      )
    await stack.links.saveLink(aLink())
    await merged('502', customer('cus_2'), '501')
    await merged('503', customer('cus_1'), '501')
    await merged('504', customer('cus_4'), '502')
    await merged('505', null, '501')
    const { stdout } = await stack.run('links', 'list', '--json')
    const rows: { recordId: string; mergedInto: string; surplus: boolean }[] = JSON.parse(stdout)
    expect(rows.map(({ recordId, mergedInto, surplus }) => [recordId, mergedInto, surplus])).toEqual([
      ['501', null, false],
      ['502', '501', true],
      ['503', '501', false],
      ['504', '502', true],
      ['505', '501', false],
    ])
    const shown = await stack.run('links', 'list', '--state', 'merged')
    expect(shown.stdout).toMatch(/contact 502 .* surplus: merged into 501, which has cus_1$/m)
    expect(shown.stdout).toMatch(/contact 503 .* merged into 501$/m)
    expect(shown.stdout).toMatch(/contact 504 .* surplus: merged into 501, which has cus_1$/m)
    const one = await stack.run('links', 'show', '504', '--json')
    expect(JSON.parse(one.stdout)).toMatchObject([{ mergedInto: '502', surplus: true }])
    expect((await stack.run('links', 'show', '504')).stdout).toMatch(
      /^note +surplus: merged into 501, which has cus_1$/m,
    )
  })

  it('shows the rest of the table although some merges point at each other', async () => {
    for (const [recordId, mergedInto] of [
      ['501', '502'],
      ['502', '503'],
      ['503', '502'],
    ] as const) {
      await stack.links.saveLink(aLink({ ref: { ...ref, recordId }, state: 'merged', mergedInto }))
    }
    const { code, stdout } = await stack.run('links', 'list')
    expect(code).toBe(0)
    expect(stdout).toMatch(/contact 501 .* surplus: its merges point at each other$/m)
  })

  it('tells how many customers an undecided link may mean', async () => {
    const undecided = { state: 'undecided', providerCustomerId: null } as const
    await stack.links.saveLink(aLink({ ...undecided, candidates: ['cus_8', 'cus_9'] }))
    expect((await stack.run('links', 'list')).stdout).toMatch(/undecided .* 2 candidates$/m)
  })

  it('keeps a line for a tombstone that stands alone, and for no other line of a record', async () => {
    const line = (recordId: string, state: Link['state']) =>
      stack.links.saveLink({ ...newLink({ ...ref, recordId }, null, 'live'), state })
    await line('1', 'erased')
    await line('2', 'creating')
    await line('501', 'erased')
    await stack.links.saveLink(aLink({ state: 'erased' }))
    const { stdout } = await stack.run('links', 'list', '--json')
    const rows: { recordId: string; provider: string | null; mode: string | null }[] = JSON.parse(stdout)
    expect(rows.map(({ recordId, provider, mode }) => [recordId, provider, mode])).toEqual([
      ['1', null, null],
      ['501', 'notchpay', 'test'],
    ])
  })

  it('names the fields that cannot be read in the CRM', async () => {
    await stack.links.saveLink(aLink({ unreadable: ['phone', 'address.country'] }))
    expect((await stack.run('links', 'list')).stdout).toMatch(
      /linked .* not readable in the CRM: phone, address.country$/m,
    )
    expect((await stack.run('links', 'show', '501')).stdout).toMatch(/^unreadable +phone, address.country$/m)
    const { stdout } = await stack.run('links', 'show', '501', '--json')
    expect(JSON.parse(stdout)).toMatchObject([{ unreadable: ['phone', 'address.country'] }])
  })

  it('shows a link by its record and by its provider customer, claim and candidates included', async () => {
    await stack.links.saveLink(aLink({ candidates: ['cus_8', 'cus_9'] }))
    const byRecord = await stack.run('links', 'show', '501', '--json')
    const byCustomer = await stack.run('links', 'show', 'cus_1', '--json')
    expect(JSON.parse(byRecord.stdout)).toEqual(JSON.parse(byCustomer.stdout))
    expect(JSON.parse(byRecord.stdout)).toMatchObject([
      { recordId: '501', candidates: ['cus_8', 'cus_9'], claim: null, revision: 1 },
    ])
  })

  const shown = async (...args: string[]) => {
    const { stdout } = await stack.run('links', 'show', ...args)
    const [fields = '', next = ''] = stdout.trimEnd().split('\n\n')
    return { fields, next }
  }

  it('shows what is filled, and the internals with --all', async () => {
    await stack.links.saveLink(aLink())
    const { fields, next } = await shown('501')
    expect(fields.split('\n').map((line) => line.split(/ +/)[0])).toEqual([
      'source',
      'account',
      'recordType',
      'recordId',
      'provider',
      'mode',
      'providerCustomerId',
      'state',
      'lastOutcome',
      'syncedAt',
    ])
    expect(fields).toMatch(/^syncedAt +2026-03-01T08:00:00.000Z \(\d+ \w+ ago\)$/m)
    expect(next).toBe('Next: nothing to do')
    const all = (await shown('501', '--all')).fields
    for (const name of ['claim', 'crmVersion', 'fingerprint', 'revision', 'unsettledUntil']) {
      expect(all).toMatch(new RegExp(`^${name} `, 'm'))
    }
  })

  it('ends with a command for each customer that an undecided link may mean, and its dead letter', async () => {
    const undecided = {
      state: 'undecided',
      providerCustomerId: null,
      candidates: ['cus_8', 'cus_9'],
    } as const
    await stack.links.saveLink(aLink({ ...undecided, failure: { ...failure, code: 'SEVERAL_MATCHES' } }))
    await stack.deadLetters.park(aChange(), { ...failure, provider: 'notchpay' })
    const { next } = await shown('501')
    const list = await stack.run('dead-letters', 'list', '--json')
    const [{ id }] = JSON.parse(list.stdout)
    expect(next.split('\n').filter((line) => line.startsWith('  npm run '))).toEqual([
      '  npm run links -- attach 501 notchpay cus_8',
      '  npm run links -- attach 501 notchpay cus_9',
      '  npm run links -- forget 501 --provider notchpay',
      `  npm run dead-letters -- redrive ${id}`,
    ])
    expect(next).toContain('docs/errors.md#several_matches')
    const narrowed = (await shown('501', '--account', '33')).next
    expect(narrowed).toContain(
      'npm run links -- attach 501 notchpay cus_9 --source hubspot --account 33 --type contact\n',
    )
  })

  it('ends with the fix and the page of a failure, and whether it is a dead letter', async () => {
    const missing = { ...failure, code: 'CONTACT_MISSING' }
    await stack.links.saveLink(aLink({ state: 'creating', providerCustomerId: null, failure: missing }))
    const { next } = await shown('501')
    expect(next).toMatch(/Give the record an e-mail address or a phone number in the CRM, then redrive/)
    expect(next).toContain('See docs/errors.md#contact_missing')
    expect(next).toContain('It is not a dead letter: the next change of the record tries again.')
    await stack.deadLetters.park(aChange(), { ...missing, provider: 'notchpay' })
    expect((await shown('501')).next).toMatch(/npm run dead-letters -- redrive \S+$/)
  })

  it.each([
    [{ state: 'erased' }, 'erased for privacy'],
    [{ state: 'closed' }, 'the CRM deleted this record'],
    [{ state: 'merged', mergedInto: '777' }, 'merged this record into 777'],
    [{ unreadable: ['phone'] }, 'correct phone in the CRM'],
    [{ failure: { ...failure, retryable: true, code: 'PROVIDER_DOWN' } }, 'it is retried automatically'],
  ] as const)('says what %j means', async (changes, expected) => {
    await stack.links.saveLink(aLink(changes))
    expect((await shown('501')).next).toContain(expected)
  })

  it('says in one line that there is no such record, with exit 1', async () => {
    const { code, stderr, stdout } = await stack.run('links', 'show', '999')
    expect([code, stdout, stderr]).toEqual([1, '', 'no link of a record or provider customer 999\n'])
  })

  it('names the dead letter of a record that has no link yet', async () => {
    await stack.deadLetters.park(aChange(), { ...failure, provider: 'notchpay' })
    const { code, stderr } = await stack.run('links', 'show', '501')
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^no link of a record or provider customer 501; it is a dead letter: npm run dead-letters -- show \S+\n$/,
    )
  })

  it('attaches a customer, ends the doubt, and lets the record sync at once', async () => {
    await stack.links.saveLink(
      aLink({ state: 'undecided', providerCustomerId: null, candidates: ['cus_8', 'cus_9'], failure }),
    )
    const { code, stderr } = await stack.run('links', 'attach', '501', 'notchpay', 'cus_9')
    expect([code, stderr]).toEqual([0, ''])
    expect(await stack.links.findLinks(ref)).toMatchObject([
      { state: 'linked', providerCustomerId: 'cus_9', candidates: [], failure: null, fingerprint: null },
    ])
    const [message, ...others] = await receiveAll(stack.info.changesQueueUrl)
    expect(others).toEqual([])
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({ ...ref, kind: 'changed', v: 1 })
  })

  it.each([
    ['cus_l9', [], /^notchpay has no customer cus_l9 in test mode \(CUSTOMER_UNKNOWN\)\n$/],
    ['cus_9', [], /^this record is linked to cus_1 at notchpay: .* add --force .*\(LINK_IN_USE\)\n$/],
    ['cus_l9', ['--force'], /^notchpay has no customer cus_l9 in test mode \(CUSTOMER_UNKNOWN\)\n$/],
  ] as const)('refuses to attach %s %j to a record that is linked', async (id, options, expected) => {
    await stack.links.saveLink(aLink(id === 'cus_9' ? {} : { state: 'undecided', providerCustomerId: null }))
    const { code, stderr } = await stack.run('links', 'attach', '501', 'notchpay', id, ...options)
    expect(code).toBe(1)
    expect(stderr).toMatch(expected)
    expect((await stack.links.findLinks(ref))[0]?.revision).toBe(1)
  })

  it('tells what it leaves behind where it is forced', async () => {
    await stack.links.saveLink(aLink())
    const { code, stdout } = await stack.run('links', 'attach', '501', 'notchpay', 'cus_9', '--force')
    expect(code).toBe(0)
    expect(stdout).toContain('cus_1 stays at notchpay, and belongs to no record any more')
  })

  it('refuses to forget a link that is in use', async () => {
    await stack.links.saveLink(aLink())
    const { code, stderr } = await stack.run('links', 'forget', '501')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^this record is linked to cus_1 at notchpay: .*\(LINK_IN_USE\)\n$/)
    expect(await stack.links.findLinks(ref)).toHaveLength(1)
  })

  it('asks for what a record that has no link yet is', async () => {
    const missing = await stack.run('links', 'attach', '77', 'wooshpay', 'cus_5')
    expect(missing.code).toBe(2)
    expect(missing.stderr).toBe('no link of record 77 yet: add --source, --account and --type\n')
    const whole = ['--source', 'pipedrive', '--account', '7', '--type', 'company']
    const otherMode = await stack.run(
      'links',
      'attach',
      '77',
      'wooshpay',
      'cus_5',
      ...whole,
      '--mode',
      'live',
    )
    expect([otherMode.code, otherMode.stderr]).toEqual([
      2,
      'the wooshpay key of this stage is for test mode: it cannot be asked for a live customer\n',
    ])
    const { code, stderr } = await stack.run('links', 'attach', '77', 'wooshpay', 'cus_5', ...whole)
    expect([code, stderr]).toEqual([0, ''])
    const made: RecordRef = { source: 'pipedrive', account: '7', recordType: 'company', recordId: '77' }
    expect(await stack.links.findLinks(made)).toMatchObject([{ mode: 'test', providerCustomerId: 'cus_5' }])
  })

  it('does not guess between two records of the same id', async () => {
    await stack.links.saveLink(aLink())
    await stack.links.saveLink(aLink({ ref: { ...ref, account: '34' } }))
    const { code, stderr } = await stack.run('links', 'forget', '501')
    expect([code, stderr]).toEqual([
      2,
      'several records have the id 501: add --source, --account or --type\n',
    ])
    const { stdout } = await stack.run('links', 'forget', '501', '--account', '34', '--force', '--json')
    expect(JSON.parse(stdout)).toMatchObject([{ account: '34' }])
    expect(await stack.links.findLinks(ref)).toHaveLength(1)
  })

  it('forgets one provider’s tie and keeps the other', async () => {
    await stack.links.saveLink(aLink())
    await stack.links.saveLink(aLink({ provider: 'wooshpay' }))
    const { code, stdout } = await stack.run('links', 'forget', '501', '--provider', 'wooshpay', '--force')
    expect(code).toBe(0)
    expect(stdout).toContain(
      'hubspot contact 501: forgot wooshpay (test), state linked; cus_1 stays at wooshpay, and belongs to no record any more',
    )
    expect((await keptLinks(stack)).map(({ provider }) => provider)).toEqual(['notchpay'])
  })

  it('refuses to forget an erased record unless forced', async () => {
    await stack.links.saveLink(aLink({ state: 'erased' }))
    const refused = await stack.run('links', 'forget', '501')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toMatch(/^this record is erased: .*\(LINK_TOMBSTONE\)\n$/)
    expect(await stack.links.findLinks(ref)).toHaveLength(1)
    expect((await stack.run('links', 'forget', '501', '--force')).code).toBe(0)
    expect(await keptLinks(stack)).toEqual([])
  })
})
