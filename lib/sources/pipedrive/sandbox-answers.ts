import type { SandboxResponse } from '../../offline/sandbox/sandbox.ts'

/** An error as Pipedrive's API answers it. */
export function failure(status: number, error: string): SandboxResponse {
  return {
    status,
    body: {
      success: false,
      error,
      error_info: 'Please check developers.pipedrive.com',
      data: null,
    },
  }
}
