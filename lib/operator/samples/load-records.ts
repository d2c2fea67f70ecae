import type { StackInfo } from '../../offline/stack-file.ts'
import { CommandFailed } from '../errors.ts'
import type { Sample } from './samples.ts'

/**
 * Saves the records of the samples in the sandbox CRM, in order. Sources without a sandbox are skipped. Throws
 * CommandFailed when the sandbox refuses a record.
 */
export async function loadRecords(samples: readonly Sample[], { sandboxes }: StackInfo): Promise<void> {
  for (const { file, source, records } of samples) {
    const url = sandboxes[source]
    if (!url) continue
    for (const record of records) await putRecord(url, record, file)
  }
}

/** Changes a record as a user of the CRM would. */
export async function putRecord(sandboxUrl: string, record: unknown, about: string): Promise<void> {
  const response = await fetch(`${sandboxUrl}/_sandbox/records`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(record),
  })
  if (!response.ok)
    throw new CommandFailed(`${about}: the sandbox CRM refused its record (${response.status})`)
}
