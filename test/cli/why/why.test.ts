import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dynamodbBreakers } from '../../../lib/aws/breakers.ts'
import { dynamodbClient } from '../../../lib/aws/clients.ts'
import { refOf } from '../../../lib/core/model/change.ts'
import { type Link, newLink } from '../../../lib/core/model/link.ts'
import type { ProviderCustomerId } from '../../../lib/core/model/provider.ts'
import { logMessages } from '../../../lib/core/ports/log-messages.ts'
import { aHistoryEntry } from '../../fakes/history.ts'
import { aChange, ref } from '../../fakes/world.ts'
import { testAws } from '../../support/embedded.ts'
import { aStack, type TestStack } from '../a-stack.ts'

const at = '2026-03-01T08:00:00.000Z'
const failure = {
  code: 'PROVIDER_PAUSED',
  reason: 'notchpay is paused',
  field: null,
  attempts: 0,
  firstFailedAt: at,
  retryable: true,
}

function aLink(changes: Partial<Link> = {}): Link {
  return {
    ...newLink(changes.ref ?? ref, 'notchpay', 'test'),
    state: 'linked',
    providerCustomerId: 'cus_8' as ProviderCustomerId,
    syncedAt: at,
    lastOutcome: 'created',
    history: [aHistoryEntry({ event: 'created' })],
    ...changes,
  }
}

describe('npm run why', () => {
  const folder = mkdtempSync(join(tmpdir(), 'why-'))
  const logFile = join(folder, 'stack.log')
  let stack: TestStack
  beforeEach(async () => {
    writeLog()
    stack = await aStack({ logFile })
  })
  afterEach(() => stack.close())
  afterAll(() => rmSync(folder, { recursive: true }))

  function writeLog(...lines: readonly Readonly<Record<string, unknown>>[]): void {
    const texts = lines.map((line) => JSON.stringify({ level: 'INFO', timestamp: at, ...ref, ...line }))
    writeFileSync(logFile, texts.map((line) => `${line}\n`).join(''))
  }

  async function why(...args: readonly string[]) {
    const { code, stdout, stderr } = await stack.run('why', ...args, '--json')
    return { code, stderr, report: stdout === '' ? null : JSON.parse(stdout) }
  }

  it('finds a customer by the id of the record, of the provider customer and of an event', async () => {
    await stack.links.saveLink(aLink())
    writeLog({
      message: logMessages.customerCreated,
      eventIds: ['e1'],
      outcome: 'created',
      provider: 'notchpay',
    })
    for (const id of ['501', 'cus_8', 'e1']) {
      const { code, report } = await why(id)
      expect([code, report.record, report.waitingFor]).toEqual([0, ref, null])
      expect(report.links).toMatchObject([{ providerCustomerId: 'cus_8', state: 'linked' }])
      expect(report.timeline).toMatchObject([{ event: 'synced', outcome: 'created', eventId: 'e1' }])
    }
  })

  it('finds what is only in the log: received, and still in the queue', async () => {
    writeLog({ message: logMessages.changeQueued, eventIds: ['e1'], kind: 'changed' })
    await stack.sendChange(aChange())
    const { code, report } = await why('501')
    expect(code).toBe(0)
    expect(report).toMatchObject({ links: [], timeline: [{ event: 'received' }] })
    expect(report.waitingFor).toMatch(/^its turn in the queue since 2026-03-01T08:00:00.000Z/)
  })

  it('names the paused provider, since when, why, and how many changes wait', async () => {
    await stack.links.saveLink(
      aLink({ state: 'creating', providerCustomerId: null, lastOutcome: 'failed', failure }),
    )
    const dynamodb = dynamodbClient(testAws())
    await dynamodbBreakers(dynamodb, stack.info.linksTable).saveBreaker({
      provider: 'notchpay',
      mode: 'test',
      state: 'open',
      until: '2026-03-01T08:05:00.000Z',
      since: '2026-03-01T07:58:00.000Z',
      trips: 3,
      code: 'KEY_REFUSED',
      revision: 0,
    })
    dynamodb.destroy()
    await stack.sendChange(aChange())
    const { report } = await why('501')
    expect(report.waitingFor).toBe(
      'Notch Pay paused since 2026-03-01T07:58:00.000Z, KEY_REFUSED; 1 change waits',
    )
    expect(report.steps.join('\n')).toContain('docs/errors.md#key_refused')
  })

  it('names the dead letter and the command that sends it again', async () => {
    await stack.deadLetters.park(aChange({ eventId: 'e9' }), {
      ...failure,
      code: 'CONTACT_MISSING',
      reason: 'neither e-mail nor phone',
      retryable: false,
      provider: 'notchpay',
    })
    for (const id of ['501', 'e9']) {
      const { report } = await why(id)
      expect(report.waitingFor).toContain('for an operator: CONTACT_MISSING, neither e-mail nor phone')
      expect(report.steps.at(-1)).toMatch(/^npm run dead-letters -- redrive \S+$/)
      expect(report.timeline).toMatchObject([{ event: 'dead-lettered', code: 'CONTACT_MISSING' }])
    }
  })

  it('names the candidates of an undecided link, with the commands to choose', async () => {
    const undecided = {
      ...failure,
      code: 'SEVERAL_MATCHES',
      reason: 'several customers match',
      retryable: false,
    }
    await stack.links.saveLink(
      aLink({
        state: 'undecided',
        providerCustomerId: null,
        candidates: ['cus_1', 'cus_2'],
        failure: undecided,
      }),
    )
    const { report } = await why('501')
    expect(report.waitingFor).toBe('a decision: SEVERAL_MATCHES, several customers match')
    expect(report.steps.filter((step: string) => step.includes('attach 501 notchpay'))).toHaveLength(2)
  })

  it('means the survivor of a merge by the id of the customer', async () => {
    const survivor = { ...ref, recordId: '400' }
    await stack.links.saveLink(aLink({ state: 'merged', mergedInto: '400' }))
    await stack.links.saveLink(aLink({ ref: survivor, absorbed: ['501'] }))
    expect((await why('cus_8')).report.record).toEqual(survivor)
    expect((await why('501')).report.links).toMatchObject([
      { state: 'merged', mergedInto: '400', surplus: false },
    ])
  })

  it('still tells what was forgotten', async () => {
    await stack.links.saveLink(aLink())
    await stack.run('links', 'forget', '501', '--force')
    const { source, account, recordType } = refOf(ref)
    const { code, report } = await why('501', '--source', source, '--account', account, '--type', recordType)
    expect(code).toBe(0)
    expect(report.links).toEqual([])
    expect(report.timeline).toMatchObject([
      { event: 'synced', outcome: 'created' },
      { event: 'forgotten', outcome: null },
    ])
  })

  it('prints a timeline for people', async () => {
    await stack.links.saveLink(aLink())
    writeLog(
      { message: logMessages.changeQueued, eventIds: ['e1'], kind: 'changed' },
      {
        message: logMessages.customerUpdated,
        eventIds: ['e1'],
        provider: 'notchpay',
        outcome: 'updated',
        fields: ['phone', 'address.city'],
        latencyMs: 1234,
      },
    )
    const { stdout } = await stack.run('why', '501')
    expect(stdout).toMatch(
      /^hubspot contact 501, account 33\n {2}notchpay test cus_8, linked, created .* ago\n/,
    )
    expect(stdout).toMatch(/synced +notchpay +updated: phone, address\.city +1\.2 s +e1/)
    expect(stdout).toMatch(/\nWaiting for: nothing\n$/)
  })

  it('says in one line that nothing is known, and that an id is ambiguous', async () => {
    const unknown = await stack.run('why', '999')
    expect([unknown.code, unknown.stdout]).toEqual([1, ''])
    expect(unknown.stderr).toMatch(/^nothing is known of 999: .*\n$/)
    await stack.links.saveLink(aLink())
    await stack.links.saveLink(aLink({ ref: { ...ref, source: 'pipedrive' }, providerCustomerId: null }))
    const ambiguous = await stack.run('why', '501')
    expect([ambiguous.code, ambiguous.stderr]).toEqual([
      2,
      'several records have the id 501: add --source, --account or --type\n',
    ])
  })
})
