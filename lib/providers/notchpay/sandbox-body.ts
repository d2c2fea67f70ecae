import * as z from 'zod'

const address = z.strictObject({
  country: z.string().length(2).nullish(),
  state: z.string().nullish(),
  city: z.string().nullish(),
  postal_code: z.string().nullish(),
  address_line1: z.string().nullish(),
  address_line2: z.string().nullish(),
})

/** The fields that the API reference allows in create and update. Unknown fields are rejected, to catch our own mistakes. */
const bodySchema = z.strictObject({
  email: z.email().max(240).optional(),
  phone: z.string().max(32).optional(),
  name: z.string().max(128).nullish(),
  company_name: z.string().nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  address: address.nullish(),
  billing: address.nullish(),
})

type Body = z.infer<typeof bodySchema>
type Errors = Readonly<Record<string, readonly string[]>>

/** The fields of a create or an update, or the validation errors by field; undefined when the body is not JSON. */
export function readNotchPayBody(
  text: string,
): { readonly fields: Body } | { readonly errors: Errors } | undefined {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  const parsed = bodySchema.safeParse(json)
  if (!parsed.success) return { errors: errorsOf(parsed.error) }
  const { email, phone } = parsed.data
  return email === undefined && phone === undefined ? { errors: contactMissing } : { fields: parsed.data }
}

const contactMissing: Errors = {
  email: ['The email field is required when phone is not present.'],
  phone: ['The phone field is required when email is not present.'],
}

function errorsOf(error: z.ZodError): Errors {
  return Object.fromEntries(
    error.issues.map((issue) => {
      const field = [...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys : [])].join('.')
      return [field, [`The ${field} field is invalid.`]]
    }),
  )
}
