import type { RecordRef } from '../../../lib/core/model/change.ts'
import { newLink } from '../../../lib/core/model/link.ts'
import type { ProviderCustomerId } from '../../../lib/core/model/provider.ts'
import type { RunningSandbox } from '../../../lib/offline/sandbox/server.ts'
import { startSandbox } from '../../../lib/offline/sandbox/server.ts'
import { notchpaySandbox } from '../../../lib/providers/notchpay/sandbox.ts'
import { wooshpaySandbox } from '../../../lib/providers/wooshpay/sandbox.ts'
import { hubspotSandbox } from '../../../lib/sources/hubspot/sandbox.ts'
import { aPerson, inCrms, textsOf } from '../../support/canaries.ts'
import { receiveAll } from '../../support/embedded.ts'
import { aStack, type TestStack } from '../a-stack.ts'

const ref: RecordRef = { source: 'hubspot', account: '48213377', recordType: 'contact', recordId: '501' }
const whole = ['--source', 'hubspot', '--account', ref.account, '--type', 'contact']

describe('npm run plan', () => {
  let stack: TestStack
  let apis: Record<'hubspot' | 'notchpay' | 'wooshpay', RunningSandbox>
  beforeEach(async () => {
    apis = {
      hubspot: await startSandbox(hubspotSandbox({ accessToken: 'pat-cli' })),
      notchpay: await startSandbox(notchpaySandbox({ publicKey: 'pk_test_cli' })),
      wooshpay: await startSandbox(wooshpaySandbox({ secretKey: 'sk_test_cli' })),
    }
    stack = await aStack({
      sandboxes: { hubspot: apis.hubspot.url },
      environment: {
        HUBSPOT_ACCESS_TOKEN: 'pat-cli',
        NOTCHPAY_PUBLIC_KEY: 'pk_test_cli',
        WOOSHPAY_SECRET_KEY: 'sk_test_cli',
        HUBSPOT_API_URL: apis.hubspot.url,
        NOTCHPAY_API_URL: apis.notchpay.url,
        WOOSHPAY_API_URL: apis.wooshpay.url,
      },
    })
  })
  afterEach(async () => {
    stack.close()
    await Promise.all(Object.values(apis).map((api) => api.close()))
  })

  const putContact = (id: string, properties: Readonly<Record<string, string>> = {}) =>
    apis.hubspot.sandbox.putRecord?.({
      object: 'contacts',
      id,
      properties: { firstname: 'Amina', email: 'amina@example.cm', country: 'Cameroon', ...properties },
    })
  const link = (recordId: string) =>
    stack.links.saveLink({
      ...newLink({ ...ref, recordId }, 'notchpay', 'test'),
      state: 'linked',
      providerCustomerId: 'cus_1' as ProviderCustomerId,
      fingerprint: 'of an earlier payload',
    })
  const putCustomer = () =>
    apis.notchpay.sandbox.putRecord?.({
      id: 'cus_1',
      name: 'Amina',
      email: 'old@example.cm',
      address: { country: 'CM' },
      metadata: { crm_source: 'hubspot', crm_account: ref.account, crm_record: 'contact:501' },
    })

  it('prints the document of the contract, names of fields only', async () => {
    putContact('501')
    putCustomer()
    await link('501')
    const { code, stdout, stderr } = await stack.run('plan', '501', '--json')
    expect([code, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toEqual({
      records: [
        { ...ref, provider: 'notchpay', action: 'update', fields: [{ name: 'email' }], reason: null },
      ],
      summary: { create: 0, update: 1, unchanged: 0, fail: 0, undecided: 0, notRouted: 0 },
    })
  })

  it('adds what the provider shows and what would be sent with --values', async () => {
    putContact('501')
    putCustomer()
    await link('501')
    const { stdout } = await stack.run('plan', '501', '--json', '--values')
    expect(JSON.parse(stdout).records[0].fields).toEqual([
      { name: 'email', from: 'old@example.cm', to: 'amina@example.cm' },
    ])
    const { stdout: text } = await stack.run('plan', '501', '--values')
    expect(text).toContain('contact 501 at notchpay\n  email: old@example.cm → amina@example.cm\n')
    expect(text).toMatch(/\n1 update\n$/)
  })

  it('writes nothing: neither to the table, nor to a queue, nor to a provider', async () => {
    putContact('501')
    putContact('502')
    putCustomer()
    await link('501')
    await stack.run('plan', '501')
    await stack.run('plan', '502', ...whole)
    expect(await stack.links.findLinks(ref)).toMatchObject([{ revision: 1 }])
    expect(await stack.links.findLinks({ ...ref, recordId: '502' })).toEqual([])
    expect(await receiveAll(stack.info.changesQueueUrl)).toEqual([])
    expect(apis.notchpay.ledger.map(({ method }) => method)).toEqual(['GET'])
    expect(apis.wooshpay.ledger).toEqual([])
  })

  it('shows no personal data without --values', async () => {
    const person = aPerson(503)
    for (const record of inCrms['hubspot']?.(person).records ?? []) apis.hubspot.sandbox.putRecord?.(record)
    const texts = textsOf(person)
    const outputs = await Promise.all([
      stack.run('plan', '503', ...whole),
      stack.run('plan', '503', ...whole, '--json'),
      stack.run('plan', '503', ...whole, '--values'),
    ])
    const [text = '', json = '', values = ''] = outputs.map(({ stdout, stderr }) => stdout + stderr)
    expect(text).toContain('1 create')
    expect(texts.filter((each) => text.includes(each) || json.includes(each))).toEqual([])
    expect(texts.filter((each) => values.includes(each)).length).toBeGreaterThan(3)
  })

  it('ends with 1 with --check when something would change, and with 0 otherwise', async () => {
    putContact('501')
    putCustomer()
    await link('501')
    expect((await stack.run('plan', '501')).code).toBe(0)
    expect((await stack.run('plan', '501', '--check')).code).toBe(1)
    const { code, stdout } = await stack.run('plan', '999', ...whole, '--check')
    expect(code).toBe(0)
    expect(stdout).toContain('the CRM does not have this record: no customer is created')
  })

  it('plans a sample with its records, which the sandbox CRM need not hold', async () => {
    const file = 'events/hubspot/contact.creation.json'
    const ignored = 'events/hubspot/deal.creation.json'
    const { code, stdout, stderr } = await stack.run('plan', file, ignored, '--json')
    expect([code, stderr]).toEqual([0, `${ignored}: nothing in it is followed\n`])
    expect(JSON.parse(stdout)).toMatchObject({
      records: [{ recordId: '701000000101', provider: 'notchpay', action: 'create' }],
      summary: { create: 1 },
    })
    expect(apis.hubspot.sandbox.records()).toEqual([])
  })

  it('lists what changes, and only counts what does not, unless asked for all', async () => {
    putContact('501')
    const unknown = Array.from({ length: 25 }, (_, index) => String(601 + index))
    const { stdout } = await stack.run('plan', '501', ...unknown, ...whole)
    expect(stdout).toMatch(/\n\n1 create, 25 unchanged\n$/)
    expect(stdout).not.toContain('contact 601')
    expect((await stack.run('plan', '501', ...unknown, ...whole, '--all')).stdout).toContain('contact 601')
  })

  it('plans what changed since a time', async () => {
    putContact('501', { lastmodifieddate: '2026-01-01T00:00:00.000Z' })
    putContact('502')
    const { stdout, stderr } = await stack.run('plan', '--source', 'hubspot', '--since', '1h', '--json')
    expect(JSON.parse(stdout).records).toMatchObject([{ recordId: '502', action: 'create' }])
    expect(stderr).toMatch(/^hubspot may not list yet what changed after .*\n$/)
    const { stdout: all } = await stack.run('plan', '--source', 'hubspot', '--json')
    expect(JSON.parse(all).summary).toMatchObject({ create: 2 })
  })

  it.each([
    [[], 'expected record ids, sample files, or --source'],
    [['999'], 'no link of record 999 yet: add --source, --account and --type'],
    [['none.json'], 'none.json: no such file or folder'],
    [['501', '--since', '2h'], '--since: expected with --source alone, without record ids or files'],
    [['--source', 'standard-webhooks', '--since', '2h'], /^--since: standard-webhooks cannot list /],
    [['--source', 'hubspot', '--since', 'soon'], /^--since: expected a time in the past, such as 30m, 2h/],
    [['--source', 'nobody'], /argument 'nobody' is invalid/],
  ] as const)('refuses %j by one line and exit 2', async (args, expected) => {
    const { code, stdout, stderr } = await stack.run('plan', ...args)
    const line = typeof expected === 'string' ? expected : expect.stringMatching(expected)
    expect([code, stdout, stderr.trimEnd()]).toEqual([2, '', line])
    expect(stderr.split('\n')).toHaveLength(2)
  })

  it('ends with 130 when it is interrupted', async () => {
    putContact('501')
    const asked = new Promise<void>((resolve) => {
      const { handle } = apis.hubspot.sandbox
      apis.hubspot.sandbox.handle = (request) => {
        resolve()
        return handle(request)
      }
    })
    apis.hubspot.setFaults([{ effect: 'commit-then-hang' }])
    const { code, stderr } = await stack.start(
      (child) => void asked.then(() => child.kill('SIGINT')),
      'plan',
      '501',
      ...whole,
    )
    expect([code, stderr]).toEqual([130, 'interrupted\n'])
  })
})

it('npm run plan names a key that is missing', async () => {
  const stack = await aStack({ environment: { WOOSHPAY_SECRET_KEY: 'sk_test_cli' } })
  try {
    const { code, stderr } = await stack.run('plan', '501', ...whole)
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^NOTCHPAY_PUBLIC_KEY.*\n$/)])
  } finally {
    stack.close()
  }
})
