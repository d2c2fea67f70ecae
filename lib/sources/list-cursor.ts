import * as z from 'zod'

/** Where a list of changed records continues: in which of the CRM's lists, and where there. */
const cursorSchema = z.object({
  part: z.int().nonnegative(),
  after: z.string().nullable(),
  /** As of the first page; ISO 8601. */
  completeUntil: z.iso.datetime(),
})
export type ListCursor = z.infer<typeof cursorSchema>

/** The cursor of a page, or that of the first one. `lagSeconds`: a record that has just changed may not be listed for so long. */
export function readCursor(text: string | null, now: Date, lagSeconds: number): ListCursor {
  if (text !== null) return cursorSchema.parse(JSON.parse(text))
  const completeUntil = new Date(now.getTime() - lagSeconds * 1000).toISOString()
  return { part: 0, after: null, completeUntil }
}

/** The cursor of the next page: after `after` in the same list, else at the begin of the next list; null after the last one. */
export function nextCursor(cursor: ListCursor, after: string | null, parts: number): string | null {
  if (after !== null) return JSON.stringify({ ...cursor, after })
  const part = cursor.part + 1
  return part < parts ? JSON.stringify({ ...cursor, part, after: null }) : null
}
