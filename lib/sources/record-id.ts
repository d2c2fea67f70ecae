import * as z from 'zod'

const identifier = (value: unknown) =>
  typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value

/** An id that a CRM writes as a number or as its digits; always a string with us. */
export const numericIdSchema = z.preprocess(identifier, z.string().regex(/^\d{1,20}$/))

/**
 * Any other id, as the sender made it up. What a URL's path would swallow (`.`, `..`) or cannot carry (lone
 * surrogates) is no id.
 */
export const recordIdSchema = z.preprocess(
  identifier,
  z
    .string()
    .min(1)
    .max(256)
    .refine((id) => id.isWellFormed() && id.trim() !== '' && id !== '.' && id !== '..'),
)
