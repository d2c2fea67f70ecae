import { webhookCodes } from '../core/error-codes/webhooks.ts'

/** The parts that the answers in docs/openapi.json are made of. */

export const line = (example: string) => ({
  'text/plain': { schema: { type: 'string' }, example: `${example}\n` },
})
export const answer = (description: string, content?: object, headers?: object) => ({
  description,
  ...(headers && { headers }),
  ...(content && { content }),
})
export const header = (description: string, example: string) => ({
  description,
  schema: { type: 'string' },
  example,
})

/** `(SIGNATURE_WRONG, …)`: the codes of docs/errors.md that are answered with this status. */
export function codesOf(status: number): string {
  const entries = Object.entries(webhookCodes)
  const names = entries.filter(([, { meaning }]) => meaning.startsWith(`${status}`)).map(([name]) => name)
  return `(${names.join(', ')})`
}
