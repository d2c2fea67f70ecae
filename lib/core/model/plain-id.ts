/**
 * Ids of CRMs are safe to log and to keep. A custom sender may use an e-mail address as an id, which is not. Our own event ids
 * contain the id of the record that they concern.
 */
const plainEventId = /^[\w.:+>#/=-]{1,256}$/
const plainRecordId = /^[\w.:-]{1,64}$/
const namePattern = /^[\w.:-]{1,100}$/

/** Whether the id of an event can hold no personal data. */
export function isPlainEventId(id: string): boolean {
  return plainEventId.test(id)
}

/** Whether the id of a record can hold no personal data. */
export function isPlainRecordId(id: string): boolean {
  return plainRecordId.test(id)
}

/** The dotted name of a field; of metadata that a sender named in another way, the name of what it is in. */
export function plainFieldName(name: string): string {
  return namePattern.test(name) ? name : (name.split('.')[0] ?? '')
}
