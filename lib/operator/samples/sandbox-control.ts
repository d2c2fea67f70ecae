import * as z from 'zod'
import type { SandboxFault } from '../../offline/sandbox/faults.ts'
import { CommandFailed } from '../errors.ts'

const requestsSchema = z.array(
  z.object({
    at: z.string(),
    method: z.string(),
    path: z.string(),
    status: z.number().nullable(),
    body: z.string(),
    response: z.unknown().optional(),
  }),
)
/** A request that a sandbox received, with its answer; `status` is null when it got none. */
export type SandboxCall = z.infer<typeof requestsSchema>[number]

const faultsSchema = z.array(
  z.looseObject({
    effect: z.string(),
    hits: z.number(),
    method: z.string().optional(),
    path: z.string().optional(),
    times: z.number().optional(),
    status: z.number().optional(),
  }),
)
export type InjectedFault = z.infer<typeof faultsSchema>[number]

/** The last requests that a sandbox received, newest first. */
export async function readCalls(sandboxUrl: string, limit: number): Promise<readonly SandboxCall[]> {
  return requestsSchema.parse(await control(sandboxUrl, 'GET', `requests?limit=${limit}`)).toReversed()
}

/** The records of a sandbox as they can be put back. */
export async function readRecords(sandboxUrl: string): Promise<readonly Record<string, unknown>[]> {
  const records = await control(sandboxUrl, 'GET', 'records?editable')
  return z.array(z.record(z.string(), z.unknown())).parse(records)
}

/** The faults in force. */
export async function readFaults(sandboxUrl: string): Promise<readonly InjectedFault[]> {
  return faultsSchema.parse(await control(sandboxUrl, 'GET', 'faults'))
}

/** Adds a fault to those in force. Throws CommandFailed when the sandbox refuses it. */
export async function addFault(sandboxUrl: string, fault: SandboxFault): Promise<void> {
  const kept = (await readFaults(sandboxUrl)).map(({ hits: _, ...rest }) => rest)
  await control(sandboxUrl, 'POST', 'faults', [...kept, fault])
}

/** Removes all faults. */
export async function clearFaults(sandboxUrl: string): Promise<void> {
  await control(sandboxUrl, 'DELETE', 'faults')
}

async function control(sandboxUrl: string, method: string, what: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${sandboxUrl}/_sandbox/${what}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  })
  const text = await response.text()
  const answer: unknown = text === '' ? null : JSON.parse(text)
  if (response.ok) return answer
  const { data } = z.object({ message: z.string() }).safeParse(answer)
  throw new CommandFailed(`the sandbox refused it: ${data?.message ?? response.status}`)
}
