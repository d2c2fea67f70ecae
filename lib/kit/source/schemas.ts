import * as z from 'zod'
import { recordIdSchema } from '../../sources/record-id.ts'

/** A webhook. */
export const eventSchema = z.lazy(() => z.lazy(() => z.object({ event: z.string(), person: recordIdSchema })))

/** The response of `GET /people/{id}`. */
export const personSchema = z.lazy(() =>
  z.lazy(() => z.looseObject({ id: recordIdSchema, changed: z.string() })),
)
export type Person = z.infer<typeof personSchema>
