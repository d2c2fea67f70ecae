import * as z from 'zod'

const text = z.string().nullish()

/**
 * The attributes that are used. `source` is a URI reference, so it holds no white space. Other attributes and extensions may
 * be anything. An attribute that is null is absent (JSON Event Format, section 2.2).
 */
export const attributesSchema = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  source: z.string().regex(/^\S+$/),
  type: z.string().min(1),
  time: text,
})
export type Attributes = z.infer<typeof attributesSchema>

/** An event in the JSON Event Format. */
export const structuredSchema = attributesSchema.extend({
  data: z.unknown().optional(),
  data_base64: text,
})
export const batchSchema = z.lazy(() => z.array(structuredSchema))
