import { answeredJson, isObject } from '../support/json.ts'

/** A provider's error in its own words. `repeat-error.ts` decides which of them may be logged. */
export type ErrorBody = {
  readonly message: string
  /** The provider's name of the invalid field, with dots when nested. */
  readonly field: string | undefined
  readonly type: string | undefined
  readonly code: string | undefined
}

const longestRead = 4_000

/**
 * Parses an error response of any shape: `{message, errors: {field: [text]}}` (Notch Pay), `{error: {type, message,
 * param}}`, `{type, message}` and `{error: text, error_description}` (seen at WooshPay, whose envelope is not
 * documented), plain text, HTML, truncated JSON, or an empty body.
 */
export function readErrorBody(text: string): ErrorBody {
  const body = answeredJson(text)
  if (!isObject(body)) {
    return {
      message: typeof body === 'string' ? body : plainText(text),
      field: undefined,
      type: undefined,
      code: undefined,
    }
  }
  const inner = isObject(body['error']) ? body['error'] : body
  const [field, detail] = firstDetail(inner['errors'] ?? body['errors'])
  const message = firstText(
    inner['message'],
    body['message'],
    inner['error_description'],
    body['error_description'],
    body['error'],
  )
  return {
    message: [...new Set([message, detail])].filter(Boolean).join(': ').replace('.: ', ': '),
    field: firstText(inner['param'], field),
    type: firstText(inner['type']),
    code: firstText(inner['code']),
  }
}

/** The first entry of an `errors` map: its field and its first text. */
function firstDetail(errors: unknown): [field?: string, text?: string | undefined] {
  if (!isObject(errors)) return []
  const [entry] = Object.entries(errors)
  if (!entry) return []
  const [field, texts] = entry
  return [field, Array.isArray(texts) ? firstText(...texts) : firstText(texts)]
}

const firstText = (...values: unknown[]): string | undefined =>
  values.find((value): value is string => typeof value === 'string' && value.trim() !== '')

function plainText(text: string): string {
  const start = text.slice(0, longestRead).trim()
  // Truncated JSON: use the message if it is complete.
  if (/^[{[]/.test(start)) return start.match(/"message"\s*:\s*"((?:[^"\\]|\\.)*)"/)?.[1] ?? ''
  return start.replace(/<(style|script)\b[^>]*>[^<]*/gi, ' ').replace(/<[^>]*>?/g, ' ')
}
