import type { SandboxResponse } from '../../offline/sandbox/sandbox.ts'

/** An error as the REST API answers it. */
export function failure(status: number, errorCode: string, message: string): SandboxResponse {
  return { status, body: [{ message, errorCode }] }
}
