import type { SandboxRequest, SandboxResponse } from '../../offline/sandbox/sandbox.ts'

/** What HubSpot sends with every answer, and how it refuses a request. */
export const rateLimit = {
  'x-hubspot-ratelimit-max': '190',
  'x-hubspot-ratelimit-remaining': '189',
  'x-hubspot-ratelimit-interval-milliseconds': '10000',
}

export function failure(status: number, category: string, message: string): SandboxResponse {
  return { status, body: failureBody(category, message) }
}

/** The answer to a request by this method; any other method is refused. */
export function only(
  method: 'GET' | 'POST',
  request: SandboxRequest,
  answer: () => SandboxResponse,
): SandboxResponse {
  return request.method === method ? answer() : failure(405, 'METHOD_NOT_ALLOWED', `Use ${method}`)
}

export function failureBody(category: string, message: string) {
  return {
    status: 'error',
    message,
    correlationId: '00000000-0000-4000-8000-000000000000',
    category,
  }
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
