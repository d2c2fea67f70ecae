import type { SandboxResponse } from '../../offline/sandbox/sandbox.ts'

/** A refusal in Zoho's format. */
export function refusal(
  status: number,
  code: string,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): SandboxResponse {
  return { status, body: { code, details, message, status: 'error' } }
}

export const invalid = (param: string) =>
  refusal(400, 'INVALID_DATA', 'the given data seems to be invalid', { param_name: param })

/** Zoho's times: whole seconds with an offset. */
export const shownTime = (time: string | Date) => new Date(time).toISOString().replace(/\.\d+Z$/, '+00:00')
