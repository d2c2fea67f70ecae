import type { WebhookRequest } from '../../../lib/core/ports/crm-source.ts'
import { offline } from '../../../lib/sources/salesforce/offline.ts'
import { aRequest } from '../requests.ts'

export const organization = offline.secrets.SALESFORCE_ORGANIZATION_ID

type Parts = {
  readonly organizations?: readonly string[]
  readonly notifications?: string
  readonly before?: string
}

/** The text of an Outbound Message. */
export function aMessage({
  organizations = [organization],
  notifications = aNotification(),
  before = '',
}: Parts = {}) {
  const ids = organizations.map((id) => `<OrganizationId>${id}</OrganizationId>`).join('')
  return `<?xml version="1.0" encoding="UTF-8"?>${before}<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><s:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound">${ids}<SessionId>00Dx!session</SessionId>${notifications}</notifications></s:Body></s:Envelope>`
}

type Notification = { readonly id?: string; readonly type?: string; readonly fields?: string }

export function aNotification({
  id = '04l8d000004K001AAC',
  type = 'Contact',
  fields = '<e:Id>0038d000004K201AAC</e:Id>',
}: Notification = {}) {
  return `<Notification><Id>${id}</Id><sObject xsi:type="e:${type}" xmlns:e="urn:sobject.enterprise.soap.sforce.com">${fields}</sObject></Notification>`
}

export function aSalesforceRequest(body: string | Uint8Array, query = 'secret=right'): WebhookRequest {
  return aRequest({ query, body: typeof body === 'string' ? Buffer.from(body, 'utf8') : body })
}
