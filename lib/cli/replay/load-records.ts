import type { StackInfo } from '../../offline/stack-file.ts'
import { CommandFailed } from '../terminal/program.ts'
import type { Sample } from './samples.ts'

/**
 * Puts what the samples are about into the sandbox CRM, in their order. Sources without a sandbox need none. Throws
 * CommandFailed when the sandbox does not take a record.
 */
export async function loadRecords(samples: readonly Sample[], { sandboxes }: StackInfo): Promise<void> {
  for (const { file, source, records } of samples) {
    const url = sandboxes[source]
    if (!url) continue
    for (const record of records) await putRecord(url, record, file)
  }
}

/** As a person would change the record in the CRM's own screens. */
export async function putRecord(sandboxUrl: string, record: unknown, about: string): Promise<void> {
  const response = await fetch(`${sandboxUrl}/_sandbox/records`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(record),
  })
  if (!response.ok)
    throw new CommandFailed(`${about}: the sandbox CRM did not take its record (${response.status})`)
}
