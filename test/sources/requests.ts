import { basename, extname, join } from 'node:path'
import type { RecordRef, SourceName } from '../../lib/core/model/change.ts'
import type { FetchedCustomer, WebhookRequest } from '../../lib/core/ports/crm-source.ts'
import { findSamples } from '../../lib/operator/samples/samples.ts'

export const now = new Date('2026-03-02T12:00:00.000Z')
export const clock = { now: () => now }

export function bytes(body: unknown): Uint8Array {
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body), 'utf8')
}

export function aRequest(changes: Partial<WebhookRequest> = {}): WebhookRequest {
  return {
    method: 'POST',
    path: '/webhooks/somewhere',
    query: '',
    headers: {},
    body: bytes('{}'),
    receivedAt: now,
    ...changes,
  }
}

export function aRef(changes: Partial<RecordRef> = {}): RecordRef {
  return { source: 'hubspot', account: '48213377', recordType: 'contact', recordId: '501', ...changes }
}

const eventsFolder = join(__dirname, '../../events')

export type Sample = {
  readonly name: string
  readonly body: Uint8Array
  /** Headers that are part of the sample. */
  readonly headers: Readonly<Record<string, string>>
  readonly records: readonly unknown[]
  readonly isEvent: boolean
}

/** The sample webhooks and events of a source, with their CRM records. */
export function samplesOf(source: SourceName): Sample[] {
  return findSamples([join(eventsFolder, source)]).map(({ file, body, headers, records, eventFunction }) => ({
    name: basename(file, extname(file)),
    body,
    headers,
    records,
    isEvent: eventFunction !== null,
  }))
}

export function sample(source: SourceName, name: string): Sample {
  const found = samplesOf(source).find((it) => it.name === name)
  if (!found) throw new Error(`events/${source}/${name}.json is missing`)
  return found
}

/** The thrown error, or undefined. */
export function thrownBy(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}

/** As `thrownBy`, for work that may be asynchronous. */
export async function rejectionOf(work: () => unknown): Promise<unknown> {
  try {
    await work()
  } catch (error) {
    return error
  }
  return undefined
}

/** The failure of one record, or of the whole CRM. */
export async function failureOf(fetched: Promise<readonly FetchedCustomer[]> | undefined): Promise<unknown> {
  try {
    const [answer] = (await fetched) ?? []
    return answer?.kind === 'failed' ? answer.error : undefined
  } catch (error) {
    return error
  }
}
