import { readLogLine } from '../../../lib/operator/log/log-entry.ts'
import { actionsFor } from '../../../lib/operator/status/actions.ts'
import { findStuckChanges } from '../../../lib/operator/status/stuck-changes.ts'
import { aLine } from '../log/a-line.ts'

const now = new Date('2026-03-01T12:00:00.000Z')

/** What a log, newest line first, tells: minutes ago, message, record id, and fields. */
function stuckIn(...lines: readonly (readonly [number, string, string, object?])[]) {
  const entries = lines.flatMap(([minutes, message, recordId, fields = {}]) => {
    const about = { source: 'hubspot', account: '33', recordType: 'contact', recordId, ...fields }
    return readLogLine(aLine(message, about, now.getTime() - minutes * 60_000)) ?? []
  })
  return findStuckChanges(entries, now)
}
const retried = 'change will be tried again'

describe('changes that wait for an operator', () => {
  it('are grouped by what they wait for', () => {
    const notchpay = { provider: 'notchpay', mode: 'test', code: 'KEY_REFUSED' }
    expect(
      stuckIn(
        [1, retried, '1', { code: 'CRM_DENIED' }],
        [2, retried, '2', { code: 'CRM_DENIED' }],
        [3, retried, '3', notchpay],
        [4, retried, '1', { code: 'CRM_DENIED' }],
      ),
    ).toEqual([
      { code: 'CRM_DENIED', where: 'hubspot', recordId: '1', records: 2 },
      { code: 'KEY_REFUSED', where: 'notchpay', recordId: '3', records: 1 },
    ])
  })

  it.each([
    [
      'has gone through since',
      [
        [1, 'customer updated', '1'],
        [2, retried, '1', { code: 'CRM_DENIED' }],
      ],
    ],
    ['was tried long ago', [[16, retried, '1', { code: 'CRM_DENIED' }]]],
    ['fails for a reason that passes', [[1, retried, '1', { code: 'CRM_UNAVAILABLE' }]]],
    ['has a code of another release', [[1, retried, '1', { code: 'constructor' }]]],
  ] as const)('are not one that %s', (_, lines) => expect(stuckIn(...lines)).toEqual([]))

  it('are named once where their provider is paused', () => {
    const stuck = [{ code: 'KEY_REFUSED', where: 'notchpay', recordId: '3', records: 1 }]
    const paused = { provider: 'notchpay', mode: 'test', state: 'paused', since: null, until: null } as const
    const nothing = { manual: 0, manualByCode: {}, undecided: 0, failures: [] }
    const providers = [{ ...paused, code: 'KEY_REFUSED' }]
    expect(actionsFor({ ...nothing, stuck, providers }, {})).toHaveLength(1)
    expect(actionsFor({ ...nothing, stuck, providers: [] }, {})).toMatchObject([
      { what: expect.stringMatching(/^1 record waits for notchpay after KEY_REFUSED\. Put the right key/) },
    ])
  })
})
