import * as z from 'zod'

/** `{id, …fields as search_read returns them}`; `deleted` removes the record. What is not given is empty. */
const inputSchema = z.looseObject({
  id: z.int().positive(),
  write_date: z.string().optional(),
  deleted: z.boolean().default(false),
})
type Stored = z.infer<typeof inputSchema>

/** The fields of `res.partner` that every database has; `mobile` up to Odoo 18. */
const emptyFields = {
  name: false,
  email: false,
  phone: false,
  street: false,
  street2: false,
  city: false,
  zip: false,
  state_id: false,
  country_id: false,
  country_code: false,
  parent_id: false,
  parent_name: false,
  company_name: false,
  commercial_company_name: false,
  is_company: false,
  type: 'contact',
  active: true,
  vat: false,
  lang: false,
} as const

const argumentsSchema = z.strictObject({
  domain: z.array(z.tuple([z.string(), z.enum(['=', 'in', '>', '>=', '<', '<=']), z.unknown()])),
  fields: z.array(z.string()).min(1),
  limit: z.int().positive().optional(),
  offset: z.int().nonnegative().optional(),
  order: z.enum(['id asc', 'write_date asc, id asc']).optional(),
  context: z.object({ active_test: z.boolean().default(true) }).default({ active_test: true }),
})

/** What Odoo raises; `name` as in `error.data.name`. */
export class OdooException extends Error {
  readonly exception: string
  constructor(exception: string) {
    super(exception)
    this.exception = exception
  }
}

/** The contacts of a database. `search_read` throws OdooException (ValueError) for what Odoo does not know. */
export function sandboxContacts(release: number) {
  const contacts = new Map<number, Stored>()

  const hasField = (name: string) => {
    if (name === 'mobile') return release < 19
    if (name === 'id' || name === 'write_date' || Object.hasOwn(emptyFields, name)) return true
    return [...contacts.values()].some((contact) => Object.hasOwn(contact, name))
  }

  return {
    searchRead(given: unknown): readonly Readonly<Record<string, unknown>>[] {
      const parsed = argumentsSchema.safeParse(given)
      if (!parsed.success) throw new OdooException('builtins.ValueError')
      const { domain, fields, limit, offset = 0, context } = parsed.data
      for (const name of [...fields, ...domain.map(([field]) => field)]) {
        if (!hasField(name)) throw new OdooException('builtins.ValueError')
      }
      const found = [...contacts.values()]
        .filter((contact) => !context.active_test || contact['active'] !== false)
        .filter((contact) =>
          domain.every(([field, operator, value]) => holds(contact, field, operator, value)),
        )
        .toSorted((a, b) => a.id - b.id)
      const end = limit === undefined ? undefined : offset + limit
      return found.slice(offset, end).map((contact) => shown(contact, fields))
    },
    all: (): readonly unknown[] => [...contacts.values()],
    editable: (): readonly unknown[] => [...contacts.values()].map(({ write_date: _, ...input }) => input),
    put(record: unknown): void {
      const { deleted, ...input } = inputSchema.parse(record)
      const before = contacts.get(input.id)
      if (deleted) contacts.delete(input.id)
      else contacts.set(input.id, { ...before, ...input, deleted, write_date: writeDate(input, before) })
    },
  }
}

/** With microseconds, as in the database. A contact that is stored again unchanged keeps its own. */
function writeDate(input: Readonly<Record<string, unknown>>, before: Stored | undefined): string {
  const given = input['write_date']
  if (typeof given === 'string') return given
  const isSame = before && JSON.stringify({ ...before, ...input }) === JSON.stringify(before)
  return (
    (isSame ? before.write_date : undefined) ??
    `${new Date().toISOString().slice(0, 23).replace('T', ' ')}000`
  )
}

function holds(contact: Stored, field: string, operator: string, value: unknown): boolean {
  const own = contact[field]
  if (operator === 'in') return Array.isArray(value) && value.includes(own)
  if (operator === '=') return own === value
  // Ids are numbers, and times in this format are ordered as texts.
  const [a, b] = typeof value === 'number' ? [Number(own), value] : [String(own), String(value)]
  if (operator === '>') return a > b
  if (operator === '>=') return a >= b
  return operator === '<' ? a < b : a <= b
}

/** Times are cut to the second. */
function shown(contact: Stored, fields: readonly string[]): Readonly<Record<string, unknown>> {
  const all: Readonly<Record<string, unknown>> = {
    ...emptyFields,
    ...contact,
    write_date: contact.write_date?.slice(0, 19),
  }
  return Object.fromEntries(['id', ...fields].map((name) => [name, all[name] ?? false]))
}
