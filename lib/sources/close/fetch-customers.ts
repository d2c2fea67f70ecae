import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { RecordRef } from '../../core/model/change.ts'
import type { FetchedCustomer } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { isMissing, readAnswer, unsupported } from '../crm-answer.ts'
import { readEach } from '../read-each.ts'
import { type CloseApi, callClose } from './call.ts'
import { type CloseLead, contactSchema, leadSchema } from './schemas.ts'
import { toFetchedCustomer } from './to-customer.ts'

type Settings = CloseApi & { readonly fields?: FieldOverrides | undefined; readonly clock: Clock }

const crm = 'Close'

/** The lead of this id; undefined when it is gone. */
type LeadOf = (id: string) => Promise<CloseLead | undefined>

/**
 * Reads current contacts (https://developer.close.com/api/resources/contacts) and their leads
 * (https://developer.close.com/api/resources/leads), one call each, a few at a time; a lead is read once for all its contacts.
 */
export async function fetchCloseCustomers(
  refs: readonly RecordRef[],
  settings: Settings,
): Promise<readonly FetchedCustomer[]> {
  const leads = new Map<string, ReturnType<LeadOf>>()
  const leadOf: LeadOf = (id) => {
    const lead = leads.get(id) ?? readLead(id, settings)
    leads.set(id, lead)
    return lead
  }
  return readEach(refs, (ref) => readOne(ref, leadOf, settings))
}

async function readOne(ref: RecordRef, leadOf: LeadOf, settings: Settings): Promise<FetchedCustomer> {
  if (ref.recordType !== 'contact') return unsupported(crm, ref)
  const path = `/contact/${encodeURIComponent(ref.recordId)}/`
  const response = await callClose({ ...settings, method: 'GET', path })
  if (isMissing(crm, response)) return { kind: 'deleted' }
  const contact = readAnswer(crm, contactSchema, response, settings.clock.now())
  if (contact.id !== ref.recordId) return { kind: 'merged', intoId: contact.id }
  const lead = contact.lead_id ? await leadOf(contact.lead_id) : undefined
  return toFetchedCustomer(contact, lead, settings.fields?.contact)
}

async function readLead(id: string, settings: Settings): Promise<CloseLead | undefined> {
  const response = await callClose({ ...settings, method: 'GET', path: `/lead/${encodeURIComponent(id)}/` })
  if (isMissing(crm, response)) return undefined
  return readAnswer(crm, leadSchema, response, settings.clock.now())
}
