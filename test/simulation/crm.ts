import type { RecordRef } from '../../lib/core/model/change.ts'
import { changedPerson, newPerson, type Person } from './people.ts'
import { type Run, theRun } from './run.ts'
import { type CrmKind, minute, type Settings } from './settings.ts'
import type { Vendor } from './vendors/vendor.ts'
import { nextNumber, vendorNamed, vendorRef } from './vendors/vendor-crm.ts'
import { send } from './webhooks.ts'

/** What a record was from `from` (our time) on. `version` is the CRM's own time of it. */
export type RecordState = {
  readonly from: number
  readonly version: string
  readonly status: 'alive' | 'deleted' | 'erased' | 'merged'
  readonly person: Person
  readonly into: string | null
  readonly mergedIds: readonly string[]
  /** How long after `from` readers see it, in milliseconds: where a CRM sends a webhook before it commits. */
  readonly committedAfter: number
  /** When the record was last restored; null when it never was. */
  readonly restoredAt: string | null
}

export type CrmEvent = {
  readonly kind: 'created' | 'updated' | 'deleted' | 'restored' | 'merged' | 'erased'
  readonly recordId: string
  readonly occurredAt: string
  /** The record as it was then. */
  readonly state: RecordState
  /** Who went into this record. */
  readonly losers: readonly string[]
  /** HubSpot: the merge made this record. */
  readonly isNew: boolean
  /** The CRM does not say when it happened. */
  readonly isUntimed: boolean
}

export type Crm = {
  readonly kind: CrmKind
  /** How it behaves, if it is not one of those that the simulation has parts of its own for. */
  readonly vendor: Vendor | null
  /** Its name in histories. */
  readonly name: string
  /** Not ours: nothing of it may ever reach a provider. */
  readonly isForeign: boolean
  readonly canFetch: boolean
  readonly records: Map<string, RecordState[]>
  readonly refOf: (id: string) => RecordRef
  /** How far its clock is from ours, in milliseconds. */
  readonly skew: number
}

/** The portals that our token, or tokens, are of. */
export const ownPortal = '4711'
export const secondPortal = '4712'
const foreignPortal = '4713'

/** The CRMs of a run; of HubSpot one for each portal. */
export function newCrms({ crms, portals }: Settings, world: Pick<Run, 'random'>): readonly Crm[] {
  return crms.flatMap((kind) => {
    const vendor = vendorNamed.get(kind.replace('vendor ', ''))
    if (vendor) return [newVendorCrm(kind, vendor, world)]
    if (kind !== 'hubspot') return [newCrm(kind, 'default', world)]
    const others = { one: [], two: [secondPortal], 'a foreign one': [foreignPortal] }[portals]
    return [ownPortal, ...others].map((portal) => newCrm(kind, portal, world))
  })
}

function newCrm(kind: CrmKind, account: string, { random }: Pick<Run, 'random'>): Crm {
  const source = kind === 'hubspot' ? 'hubspot' : 'standard-webhooks'
  return {
    kind,
    vendor: null,
    name: kind === 'hubspot' && account !== ownPortal ? `${kind} ${account}` : kind,
    isForeign: account === foreignPortal,
    canFetch: kind !== 'sender',
    records: new Map(),
    refOf: (recordId) => ({ source, account, recordType: 'contact', recordId }),
    skew: skewOf(random),
  }
}

function newVendorCrm(kind: CrmKind, vendor: Vendor, { random }: Pick<Run, 'random'>): Crm {
  return {
    kind,
    vendor,
    name: vendor.source,
    isForeign: false,
    canFetch: vendor.source !== 'cloudevents',
    records: new Map(),
    refOf: vendorRef(vendor),
    skew: skewOf(random),
  }
}

const skewOf = (random: Run['random']) => (random.chance(0.3) ? random.between(-4 * minute, 4 * minute) : 0)

const stateOf = (crm: Crm, id: string): RecordState | undefined => crm.records.get(id)?.at(-1)

export function createRecord(crm: Crm): void {
  const id = newId(crm)
  write(crm, id, { status: 'alive', person: newPerson(theRun().random) })
  tellCrms(crm, 'created', id)
}

type Act = (crm: Crm, id: string, state: RecordState) => void

/** Something that people do in a CRM, to a record that allows it. */
export function act(crm: Crm): void {
  const { random, settings, scheduler } = theRun()
  const ids = [...crm.records.keys()]
  const id = random.pickFrom(ids)
  const state = id === undefined ? undefined : stateOf(crm, id)
  // Nobody changes what another transaction has not committed yet.
  const isLocked = state && state.from + state.committedAfter > scheduler.now()
  if (id === undefined || !state || isLocked) createRecord(crm)
  else if (state.status === 'deleted') {
    const done = random.pick([restore, restore, erase])
    if (can(crm, done === restore ? 'restore' : 'erase')) done(crm, id, state)
    else createRecord(crm)
  } else if (state.status === 'alive') {
    const favourite = random.chance(0.4) && favourites[settings.favours]
    ;(favourite || random.pick(actsOfTheLiving))(crm, id, state)
  } else if (state.status === 'merged' && random.chance(0.5) && can(crm, 'erase')) erase(crm, id, state)
}

const can = ({ vendor }: Crm, what: Vendor['has'][number]) => !vendor || vendor.has.includes(what)

/** Within a second, times that are whole seconds do not tell which came first: nobody restores or merges as quickly. */
const isJustNow = ({ vendor }: Crm, { from }: RecordState) =>
  vendor?.isCoarse === true && theRun().scheduler.now() - from < 1000

function change(crm: Crm, id: string, state: RecordState): void {
  const { random } = theRun()
  const earlier = random.chance(0.15) ? random.pickFrom(crm.records.get(id) ?? []) : undefined
  write(crm, id, { ...state, person: earlier?.person ?? changedPerson(state.person, random) })
  tellCrms(crm, 'updated', id)
}

/** Told of, although nothing that we map has changed. */
function touch(crm: Crm, id: string, state: RecordState): void {
  write(crm, id, state)
  tellCrms(crm, 'updated', id)
}

function remove(crm: Crm, id: string, state: RecordState): void {
  write(crm, id, { ...state, status: 'deleted' })
  tellCrms(crm, 'deleted', id)
}

/** HubSpot shows a restored record with the time of its last change. Whether Zoho does is not documented. */
function restore(crm: Crm, id: string, state: RecordState): void {
  const { random } = theRun()
  if (isJustNow(crm, state)) {
    createRecord(crm)
    return
  }
  const before = crm.records.get(id)?.findLast(({ status }) => status === 'alive')
  const mayKeepTime = crm.kind === 'hubspot' || crm.vendor?.source === 'zoho'
  const keepsTime = mayKeepTime && before && random.chance(0.5)
  const restoredAt = nextTime(crm, id)
  write(crm, id, { ...state, status: 'alive', restoredAt }, keepsTime ? before.version : undefined)
  tellCrms(crm, 'restored', id)
}

function erase(crm: Crm, id: string, state: RecordState): void {
  if (!can(crm, 'erase')) {
    remove(crm, id, state)
    return
  }
  const { random } = theRun()
  const alsoDeleted = random.chance(0.4)
  write(crm, id, { ...state, status: 'erased' })
  if (alsoDeleted && random.chance(0.5)) tellCrms(crm, 'deleted', id)
  tellCrms(crm, 'erased', id)
  if (alsoDeleted && random.chance(0.5)) tellCrms(crm, 'deleted', id)
}

/** Into another record, or both into a new one. */
function merge(crm: Crm, id: string, state: RecordState): void {
  const { random } = theRun()
  const other = random.pickFrom(
    [...crm.records.keys()].filter((it) => it !== id && stateOf(crm, it)?.status === 'alive'),
  )
  const otherState = other === undefined ? undefined : stateOf(crm, other)
  if (other === undefined || !otherState || isJustNow(crm, state) || isJustNow(crm, otherState)) {
    change(crm, id, state)
    return
  }
  if (!can(crm, 'merge')) {
    // What is left has the other's data; that the other is gone is all that is told of it.
    remove(crm, id, state)
    change(crm, other, otherState)
    return
  }
  const isNew = crm.kind === 'hubspot' && random.chance(0.5)
  const survivor = isNew ? newId(crm) : other
  const losers = isNew ? [id, other] : [id]
  for (const loser of losers) {
    const lost = loser === id ? state : otherState
    write(crm, loser, { ...lost, status: 'merged', into: survivor })
  }
  const mergedIds = [...new Set([...state.mergedIds, ...otherState.mergedIds, ...losers])]
  const person = random.chance(0.7) ? changedPerson(otherState.person, random) : otherState.person
  write(crm, survivor, { status: 'alive', person, mergedIds })
  tellCrms(crm, 'merged', survivor, losers, isNew)
  if (isNew) tellCrms(crm, 'created', survivor)
  if (crm.vendor) tellCrms(crm, 'updated', survivor)
}

const actsOfTheLiving: readonly [Act, ...Act[]] = [
  change,
  change,
  change,
  change,
  touch,
  remove,
  erase,
  merge,
  merge,
]
const favourites: Readonly<Record<Settings['favours'], Act | null>> = {
  nothing: null,
  deletions: remove,
  merges: merge,
  erasures: erase,
}

const farFuture = '2099-01-01T00:00:00.000Z'
const isSane = (version: string) => version < farFuture

function write(
  crm: Crm,
  id: string,
  state: Pick<RecordState, 'status' | 'person'> & Partial<RecordState>,
  version?: string,
): void {
  const { scheduler, history, weather, random } = theRun()
  const isMisdated = crm.kind === 'hubspot' && state.status === 'alive' && weather.strikes('crm.futureTime')
  const written: RecordState = {
    into: null,
    mergedIds: [],
    restoredAt: null,
    ...state,
    from: scheduler.now(),
    committedAfter: crm.vendor?.sentAhead ? random.between(0, crm.vendor.sentAhead) : 0,
    version: version ?? (isMisdated ? farFuture : nextTime(crm, id)),
  }
  crm.records.set(id, [...(crm.records.get(id) ?? []), written])
  const { person, status, into } = written
  history.tell(
    'crm',
    `${crm.name} ${id} is ${status}${into ? ` into ${into}` : ''}: ${describe(person)}, version ${written.version}`,
  )
}

/** The CRM's time now. No two states of a record, and no restoration and deletion, have the same millisecond. */
function nextTime(crm: Crm, id: string): string {
  const states = crm.records.get(id) ?? []
  const times = states.flatMap(({ version, restoredAt }) => [version, ...(restoredAt ? [restoredAt] : [])])
  const latest = Math.max(0, ...times.filter(isSane).map(Date.parse))
  return new Date(Math.max(theRun().scheduler.now() + crm.skew, latest + 1)).toISOString()
}

function tellCrms(
  crm: Crm,
  kind: CrmEvent['kind'],
  id: string,
  losers: readonly string[] = [],
  isNew = false,
): void {
  const state = stateOf(crm, id)
  if (!state) return
  const now = new Date(theRun().scheduler.now() + crm.skew).toISOString()
  const occurredAt =
    kind === 'restored' && state.restoredAt
      ? state.restoredAt
      : now > state.version || !isSane(state.version)
        ? now
        : state.version
  const isUntimed = crm.vendor
    ? !crm.vendor.isTimed(kind)
    : crm.kind === 'hubspot' && theRun().weather.strikes('webhook.untimed')
  send(crm, { kind, recordId: id, occurredAt, state, losers, isNew, isUntimed })
}

function newId(crm: Crm): string {
  if (crm.vendor) return crm.vendor.idOf(nextNumber(crm))
  return crm.kind === 'hubspot' ? String(701_000_000_100 + crm.records.size) : `cust-${crm.records.size + 1}`
}

function describe({ family, email, phone, country }: Person): string {
  return `${family} ${email ?? 'no e-mail'} ${phone ?? 'no phone'} ${country}`
}
