import type { SandboxResponse } from '../../offline/sandbox/sandbox.ts'

export function failure(status: number, category: string, message: string): SandboxResponse {
  return { status, body: failureBody(category, message) }
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
