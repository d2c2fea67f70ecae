import * as z from 'zod'

const identifier = (value: unknown) =>
  typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value

/** An id that a CRM sends as a number or as digits. Stored as a string. */
export const numericIdSchema = z.preprocess(identifier, z.string().regex(/^\d{1,20}$/))

/** Any other id, as defined by the sender. Rejects what a URL path would drop (`.`, `..`) or cannot contain (lone surrogates). */
export const recordIdSchema = z.preprocess(
  identifier,
  z
    .string()
    .min(1)
    .max(256)
    .refine((id) => id.isWellFormed() && id.trim() !== '' && id !== '.' && id !== '..'),
)
