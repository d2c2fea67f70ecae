import { offline } from '../../../lib/sources/salesforce/offline.ts'
import { toLongId } from '../../../lib/sources/salesforce/record-id.ts'
import { offlinePerson, type Told, type Vendor, wholeSecond } from './vendor.ts'

const idOf = (number: number) => toLongId(`003${String(number).padStart(12, '0')}`)

const changeTypes: Readonly<Record<string, string>> = {
  created: 'CREATE',
  updated: 'UPDATE',
  deleted: 'DELETE',
  restored: 'UNDELETE',
  // Reading the record that is gone says which one it was merged into.
  merged: 'DELETE',
}

/** Change Data Capture for everything, and an Outbound Message for some of what it can tell. */
function send(told: Told): ReturnType<Vendor['send']> {
  const { kind, number, losers, person, version, eventId, whole } = told
  if (whole && (kind === 'created' || kind === 'updated')) {
    const at = wholeSecond(version)
    const telling = { eventId: toLongId(`04l${eventId.padStart(12, '0')}`), at, whole }
    return { to: 'webhook', body: offline.tell(offlinePerson(number, person), telling).body }
  }
  const commitTimestamp = version.getTime()
  const header = {
    entityName: 'Contact',
    recordIds: (kind === 'merged' ? losers : [number]).map(idOf),
    changeType: changeTypes[kind],
    changeOrigin: 'com/salesforce/api/soap/62.0;client=SfdcInternalAPI/',
    transactionKey: eventId,
    sequenceNumber: 1,
    commitTimestamp,
    commitNumber: commitTimestamp * 1000,
    changedFields: [],
  }
  const event = {
    version: '0',
    id: eventId,
    'detail-type': 'ContactChangeEvent',
    source: `aws.partner/salesforce.com/${offline.contract.account}/0YL8d0000008OIhGAM`,
    account: '000000000000',
    time: version.toISOString(),
    region: 'us-east-1',
    resources: [],
    detail: { payload: { ChangeEventHeader: header }, schemaId: 'I8b', id: eventId },
  }
  return { to: 'event bus', event }
}

export function salesforceVendor(
  recordsOf: (half: typeof offline, time?: (version: Date) => Date) => Vendor['alive'],
): Vendor {
  const alive = recordsOf(offline)
  const timed = (records: readonly unknown[], version: Date) =>
    records.map((record) => ({ ...(record as object), SystemModstamp: wholeSecond(version).toISOString() }))
  return {
    source: 'salesforce',
    offline,
    account: offline.contract.account,
    idOf,
    has: ['restore', 'merge'],
    showsMerges: true,
    isRead: true,
    isCoarse: true,
    isTimed: (kind) => kind !== 'merged',
    sentAhead: 0,
    lags: true,
    send,
    alive: (number, person, version) => timed(alive(number, person, version), version),
    deleted: (number, version) => timed([{ object: 'Contact', Id: idOf(number), IsDeleted: true }], version),
    merged: (number, into, version) =>
      timed([{ object: 'Contact', Id: idOf(number), MasterRecordId: idOf(into) }], version),
  }
}
