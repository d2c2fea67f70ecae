import * as z from 'zod'

const moment = z.strictObject({ type: z.literal('fixed_utc'), value: z.iso.datetime({ offset: true }) })
const field = z.strictObject({
  type: z.literal('regular_field'),
  object_type: z.enum(['contact', 'lead']),
  field_name: z.enum(['date_created', 'date_updated']),
})
const objectType = z.strictObject({ type: z.literal('object_type'), object_type: z.literal('contact') })
const condition = z.strictObject({
  type: z.literal('field_condition'),
  field,
  condition: z.strictObject({
    type: z.literal('moment_range'),
    on_or_after: moment.nullable(),
    before: moment.nullable(),
  }),
})
const ofLead = z.strictObject({
  type: z.literal('has_related'),
  this_object_type: z.literal('contact'),
  related_object_type: z.literal('lead'),
  related_query: condition,
})
const either = z.strictObject({
  type: z.literal('or'),
  queries: z.array(z.union([condition, ofLead])).min(1),
})

/** The part of Advanced Filtering that is used; anything else is refused, to catch our mistakes. */
const searchSchema = z.strictObject({
  query: z.strictObject({
    type: z.literal('and'),
    queries: z.tuple([objectType], z.union([condition, either])),
  }),
  _fields: z.strictObject({ contact: z.array(z.string()) }),
  sort: z.array(z.strictObject({ direction: z.enum(['asc', 'desc']), field })).length(1),
  _limit: z.int().min(1).max(200),
  cursor: z.string().regex(/^\d+$/).optional(),
})
type Condition = z.infer<typeof condition>
type Query = Condition | z.infer<typeof ofLead> | z.infer<typeof either>

type Dated = { readonly date_created: string; readonly date_updated: string }
type Found = Dated & { readonly lead: Dated | undefined; readonly fields: Readonly<Record<string, unknown>> }

/** The answer to a search in these contacts; undefined when it is not valid. */
export function search(contacts: readonly Found[], body: unknown) {
  const parsed = searchSchema.safeParse(body)
  if (!parsed.success) return undefined
  const { query, _fields, sort, _limit, cursor = '0' } = parsed.data
  const [, ...queries] = query.queries
  const sign = sort[0]?.direction === 'desc' ? -1 : 1
  const by = sort[0]?.field.field_name ?? 'date_created'
  const found = contacts
    .filter((contact) => queries.every((each) => matches(contact, each)))
    .toSorted((a, b) => sign * (Date.parse(a[by]) - Date.parse(b[by])))
  const first = Number(cursor)
  const last = first + _limit
  return {
    data: found.slice(first, last).map(({ fields }) => ({
      __object_type: 'contact',
      ...Object.fromEntries(['id', ..._fields.contact].map((name) => [name, fields[name] ?? null])),
    })),
    cursor: last < found.length ? String(last) : null,
  }
}

function matches(contact: Found, query: Query): boolean {
  switch (query.type) {
    case 'or':
      return query.queries.some((each) => matches(contact, each))
    case 'has_related':
      return contact.lead !== undefined && isWithin(contact.lead, query.related_query)
    case 'field_condition':
      return isWithin(contact, query)
  }
}

function isWithin(
  record: Dated,
  { field: { field_name }, condition: { on_or_after, before } }: Condition,
): boolean {
  const time = Date.parse(record[field_name])
  return (
    (!on_or_after || time >= Date.parse(on_or_after.value)) && (!before || time < Date.parse(before.value))
  )
}
