import type { SandboxResponse } from '../../lib/offline/sandbox/sandbox.ts'
import type { Person } from '../../lib/sources/offline-definition.ts'
import { type Encoding, everyEncoding } from './encodings.ts'
import { formsOf } from './personal-texts.ts'

/** An API's error response that quotes a request about a person. */
export type Echo = (sent: string, person: Person, authorization: string) => SandboxResponse
const html = (text: string) => ({
  body: `<html><body><h1>Oops</h1><pre>${text}</pre></body></html>`,
  headers: { 'content-type': 'text/html' },
})
const ascii = (text: string) => String(formsOf(text)[2])

/** The person and our key in a few encodings, wherever an error body has space for them. */
const encoded =
  (status: number, encodings: readonly Encoding[]): Echo =>
  (_sent, { given, family, email, phone, line1, note }, authorization) => {
    const [first = String] = encodings
    const quoted = encodings.flatMap((encode) =>
      [given, `${given} ${family}`, email, phone, line1, authorization].map((text) => encode(text)),
    )
    return {
      status,
      body: {
        code: first(given),
        type: first(email),
        message: `No customer ${quoted.join(' or ')}`,
        errors: { [`metadata.${first(note)}`]: [first(authorization)] },
      },
    }
  }
const fewAtOnce = 6
const byEncoding = Object.fromEntries(
  Array.from({ length: Math.ceil(everyEncoding.length / fewAtOnce) }, (_, index) => [
    `${index % 2 ? 401 : 422} in other encodings, ${index + 1}`,
    encoded(index % 2 ? 401 : 422, everyEncoding.slice(index * fewAtOnce, (index + 1) * fewAtOnce)),
  ]),
)

export const echoes = {
  '422 by field': (_, { email, phone }) => ({
    status: 422,
    body: {
      message: `The email ${email} has already been taken.`,
      errors: { email: [`${email} is taken`], phone: [phone] },
    },
  }),
  '400 with a param': (_, { given, family, phone }) => ({
    status: 400,
    body: {
      error: {
        type: 'invalid_request_error',
        message: `Invalid name '${given} ${family}' for ${phone}`,
        param: given,
      },
    },
  }),
  '400 with all that was sent': (sent) => ({ status: 400, body: { message: `Cannot parse ${sent}` } }),
  '400 with it as plain text': (sent) => ({ status: 400, body: `Bad request: ${sent}` }),
  '400 in upper case': (_, { given, family, email, line1 }) => ({
    status: 400,
    body: { message: `${given} ${family} of ${line1} <${email}> is blocked`.toUpperCase() },
  }),
  '409 percent-encoded': (_, { email, line1, given }) => ({
    status: 409,
    body: {
      error: `duplicate: /customers?search=${encodeURIComponent(email)}&q=${encodeURIComponent(line1)}&n=${new URLSearchParams({ given })}`,
    },
  }),
  '400 as a web page': (_, { given, family, email, phone }) => ({
    status: 400,
    ...html(`${given} ${family} ${email} ${phone}`),
  }),
  '400 cut off in mid-JSON, in ASCII': (_, { given, family, line1 }) => ({
    status: 400,
    body: `{"message": "No place for ${ascii(`${given} ${family}, ${line1}`)}", "more": "`,
  }),
  '400 in an OAuth envelope': (_, { given, note }) => ({
    status: 400,
    body: { error: given, error_description: note },
  }),
  '401 with the header': (_sent, _person, authorization) => ({
    status: 401,
    body: { message: `No such API key: ${authorization}` },
  }),
  '403 with the key': (_sent, _person, authorization) => ({
    status: 403,
    body: { message: `${Buffer.from(authorization.replace(/^Basic /, ''), 'base64')} may not do that` },
  }),
  '500 with all that was sent': (sent) => ({ status: 500, ...html(sent) }),
  '502 as a web page': (_, { given, family, email, line1 }) => ({
    status: 502,
    ...html(`${given} ${family} ${email} ${line1}`),
  }),
  '503 as JSON': (_, { email, phone, note }) => ({
    status: 503,
    body: { error: { message: `${email} ${phone} ${note} must wait` } },
  }),
  '429': (_, { email }) => ({
    status: 429,
    body: { message: `Too many requests for ${email}` },
    headers: { 'retry-after': '1' },
  }),
  ...byEncoding,
  '200 that is none': (_, { email, given }) => ({ status: 200, body: `<p>Welcome ${given}, ${email}` }),
} satisfies Readonly<Record<string, Echo>>
