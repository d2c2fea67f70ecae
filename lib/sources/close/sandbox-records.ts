import * as z from 'zod'

const shared = {
  id: z.string().min(1),
  name: z.string().nullable().default(null),
  date_created: z.iso.datetime({ offset: true }).optional(),
  date_updated: z.iso.datetime({ offset: true }).optional(),
  deleted: z.boolean().default(false),
}

/** A contact or a lead, with fields as in the API; `deleted` makes the id answer 404. */
export const inputSchema = z.discriminatedUnion('object', [
  z.looseObject({
    ...shared,
    object: z.literal('contacts'),
    lead_id: z.string().min(1),
    title: z.string().default(''),
    emails: z.array(z.looseObject({ email: z.string() })).default([]),
    phones: z.array(z.looseObject({ phone: z.string() })).default([]),
    urls: z.array(z.unknown()).default([]),
  }),
  z.looseObject({
    ...shared,
    object: z.literal('leads'),
    addresses: z.array(z.looseObject({ label: z.string().default('business') })).default([]),
  }),
])
type Input = z.infer<typeof inputSchema>
export type Stored = Input & { readonly date_created: string; readonly date_updated: string }

/** Sets missing times as Close would. A record that is stored again unchanged keeps its own. */
export function store(input: Input, before: Stored | undefined): Stored {
  const now = new Date().toISOString()
  const isSame = before && JSON.stringify({ ...before, ...input }) === JSON.stringify(before)
  const date_updated = input.date_updated ?? (isSame ? before.date_updated : now)
  return { ...input, date_created: input.date_created ?? before?.date_created ?? date_updated, date_updated }
}

/** The record as the API returns it. */
export function shown(
  { object, deleted: _, ...fields }: Stored,
  organization_id: string,
  contacts: readonly Stored[],
) {
  const own = { ...fields, organization_id }
  if (object === 'contacts') return own
  const display_name = fields.name || contacts[0]?.name || '(Untitled)'
  return { ...own, display_name, contact_ids: contacts.map(({ id }) => id) }
}
