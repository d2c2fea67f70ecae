import type { Crm, RecordState } from './crm.ts'
import type { Run } from './run.ts'
import type { Vendor } from './vendors/vendor.ts'
import type { Acceptance } from './webhooks.ts'

/**
 * The states of a record that the provider may show in the end, given what the door accepted: the one at the time of
 * the last acceptance, or a later one. Empty when nothing was accepted, and so nothing promised.
 */
export function acceptableStates(
  { acceptances, settings }: Run,
  crm: Crm,
  id: string,
  actual: readonly RecordState[],
): readonly RecordState[] {
  const hears = (kind: 'erased') =>
    acceptances.some((it) => it.crm === crm && it.event.kind === kind && it.event.recordId === id)
  // An erasure that nobody told of looks like a deletion, and so does a merge where the record does not show it.
  const isTold = { erased: hears('erased'), merged: hearsOfMerge({ acceptances }, crm, id) }
  const states = actual.map((it) =>
    (it.status === 'erased' || it.status === 'merged') && !isTold[it.status]
      ? { ...it, status: 'deleted' as const }
      : it,
  )
  const about = acceptances.filter(
    (it) => it.crm === crm && (it.event.recordId === id || it.event.losers.includes(id)),
  )
  if (about.length === 0) return []
  const erased = states.find(({ status }) => status === 'erased')
  if (erased && about.some(({ event }) => event.kind === 'erased' && event.recordId === id)) return [erased]
  const merged = states.filter(({ status }) => status === 'merged')
  if (about.some(({ event }) => event.losers.includes(id))) return merged
  if (crm.vendor) return vendorStates(settings, crm.vendor, id, actual, states, about)
  if (crm.kind === 'hubspot') {
    const lastAt = Math.max(...about.map(({ at }) => at))
    // A replica may not show yet what nobody has told of.
    const timed = about.filter(({ event }) => event.recordId === id && !event.isUntimed)
    const told = Math.max(0, ...timed.map(({ event }) => actual.indexOf(event.state)))
    const first = Math.max(told, indexAt(states, lastAt - settings.readLag))
    return states.slice(isSecretlyRestored(states, first, about) ? first - 1 : first)
  }
  // A whole customer that comes along is believed without a read, so that the newest of these decides; a later one may
  // have reached the queue though the door's answer was lost.
  const newest = Math.max(...about.map(({ event }) => actual.indexOf(event.state)))
  return states.slice(newest)
}

function hearsOfMerge({ acceptances }: Pick<Run, 'acceptances'>, crm: Crm, id: string): boolean {
  return (
    crm.vendor?.showsMerges !== false ||
    acceptances.some((it) => it.crm === crm && it.event.losers.includes(id))
  )
}

/**
 * Where records are read, the state that the replica shows at the last acceptance, or a later one; what a webhook says with a
 * time is waited for. Where they come along, the newest that came. Of times in whole seconds, those within one are the same.
 */
function vendorStates(
  { readLag }: Run['settings'],
  { isRead, isCoarse, isTimed }: Vendor,
  id: string,
  actual: readonly RecordState[],
  states: readonly RecordState[],
  about: readonly Acceptance[],
): readonly RecordState[] {
  const own = about.filter(({ event }) => event.recordId === id)
  const told = own.filter(({ event }) => isTimed(event.kind)).map(({ event }) => actual.indexOf(event.state))
  const newest = Math.max(0, ...told)
  const second = (state: RecordState | undefined) => state?.version.slice(0, 19)
  const first = isCoarse ? states.findIndex((state) => second(state) === second(states[newest])) : newest
  const lastAt = Math.max(...about.map(({ at }) => at))
  const shown = isRead ? indexAt(states, lastAt - readLag) : 0
  return states.slice(Math.max(first, shown))
}

/** A record shown with a time before its deletion looks deleted still, unless the CRM tells that it was restored. */
function isSecretlyRestored(
  states: readonly RecordState[],
  index: number,
  about: readonly Acceptance[],
): boolean {
  const [before, state] = [states[index - 1], states[index]]
  if (before?.status !== 'deleted' || !state || state.version > before.version) return false
  // One without a time says nothing against a deletion that reaches the queue after it.
  return !about.some(
    ({ event }) => event.kind === 'restored' && event.state.from === state.from && !event.isUntimed,
  )
}

const indexAt = (states: readonly RecordState[], time: number) =>
  Math.max(
    0,
    states.findLastIndex(({ from }) => from <= time),
  )
