import * as z from 'zod'
import { customerDataSchema, mergedDataSchema } from '../generic/schemas.ts'

/** The envelope of every event: `{"type": "contact.updated", "timestamp": "2026-03-01T09:30:00Z", "data": {…}}`. */
export const eventHeadSchema = z.lazy(() => z.object({ type: z.string().min(1) }))
/** What is also required of an event that is followed. */
export const eventBodySchema = z.object({ timestamp: z.string(), data: z.unknown().optional() })

/** Events that are followed, for their documentation. */
export const eventSchema = eventBodySchema.extend({ data: customerDataSchema })
export const mergedEventSchema = eventBodySchema.extend({ data: mergedDataSchema })
