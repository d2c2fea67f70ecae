import { outcomesOf } from '../../../lib/cli/demo/outcomes.ts'
import { type RecordRef, recordKey } from '../../../lib/core/model/change.ts'
import { type Link, newLink } from '../../../lib/core/model/link.ts'
import type { ProviderCustomerId } from '../../../lib/core/model/provider.ts'

const ref: RecordRef = { source: 'hubspot', account: '33', recordType: 'contact', recordId: '501' }

function aLink(changes: Partial<Link> = {}): Link {
  const providerCustomerId = 'cus_1' as ProviderCustomerId
  const link = newLink(changes.ref ?? ref, 'notchpay', 'test')
  return { ...link, state: 'linked', providerCustomerId, lastOutcome: 'created', revision: 1, ...changes }
}
const world = (links: readonly Link[] = [], parked = 0) => ({
  links,
  parked: new Map(parked > 0 ? [[recordKey(ref), parked]] : []),
})
type World = ReturnType<typeof world>
const outcomes = (refs: readonly RecordRef[], before: World, after: World) =>
  outcomesOf('hubspot', refs, before, after).map(({ outcome }) => outcome)

describe('what became of an event', () => {
  it('is what was written into its links', () => {
    const after = world([
      aLink({ revision: 2, lastOutcome: 'updated' }),
      aLink({ ref: { ...ref, recordId: '7' } }),
    ])
    const before = world([aLink(), aLink({ ref: { ...ref, recordId: '7' } })])
    expect(outcomesOf('hubspot', [ref], before, after)).toEqual([
      { record: 'contact 501', provider: 'notchpay', providerCustomerId: 'cus_1', outcome: 'updated' },
    ])
  })

  it('is "unchanged" where nothing was written', () => {
    expect(outcomes([ref], world([aLink()]), world([aLink()]))).toEqual(['unchanged'])
  })

  it('is "dead-lettered" where the dead-letter queue grew', () => {
    expect(outcomes([ref], world(), world([], 1))).toEqual(['dead-lettered'])
  })

  it('leaves out what another source wrote, or what of another record was dead-lettered', () => {
    const other = aLink({ ref: { ...ref, source: 'pipedrive' } })
    expect(outcomes([ref], world([aLink()]), world([aLink(), other]))).toEqual(['unchanged'])
    const another = { ...ref, recordId: '900' }
    expect(outcomes([another], world(), world([], 1))).toEqual(['nothing to do'])
  })

  it('is "not followed" for an event that names no record', () => {
    expect(outcomes([], world([aLink()]), world([aLink()]))).toEqual(['not followed'])
  })

  it('names the survivor of a merge', () => {
    const merged = aLink({ revision: 2, state: 'merged', mergedInto: '900' })
    expect(outcomes([ref], world([aLink()]), world([merged]))).toEqual(['merged into 900'])
  })

  it('mentions a record’s own line only where it stands alone', () => {
    const line = aLink({ provider: null, providerCustomerId: null, state: 'erased', lastOutcome: 'erased' })
    const link = aLink({ revision: 2, state: 'erased', lastOutcome: 'erased' })
    expect(outcomes([ref], world([aLink()]), world([line, link]))).toHaveLength(1)
    expect(outcomes([ref], world(), world([line]))).toEqual(['erased'])
  })

  it('names the code of a failure', () => {
    const failure = {
      code: 'HTTP_500',
      reason: '',
      field: null,
      attempts: 1,
      firstFailedAt: '',
      retryable: true,
    }
    const failed = aLink({ revision: 2, lastOutcome: 'failed', failure })
    expect(outcomes([ref], world([aLink()]), world([failed]))).toEqual(['failed: HTTP_500'])
  })
})
