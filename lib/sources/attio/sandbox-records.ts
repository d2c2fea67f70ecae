import * as z from 'zod'

export const slugs = ['people', 'companies'] as const
export type Slug = (typeof slugs)[number]

/**
 * `{object, id, values}`, where each value holds its own members only, such as `{"email_address": "…"}`. `deleted` makes the id
 * answer 404, so does `mergedInto`; `merging` answers that the merge is not complete.
 */
export const inputSchema = z.strictObject({
  object: z.enum(slugs),
  id: z.string().regex(/^[\w-]{1,64}$/),
  values: z.record(z.string(), z.array(z.looseObject({}))).default({}),
  created_at: z.iso.datetime().optional(),
  deleted: z.boolean().default(false),
  mergedInto: z.string().optional(),
  merging: z.boolean().default(false),
})
export type Stored = z.infer<typeof inputSchema> & { readonly created_at: string }

/** The attributes of every record, even if empty, and their types. */
const attributes: Readonly<Record<Slug, Readonly<Record<string, string>>>> = {
  people: {
    name: 'personal-name',
    email_addresses: 'email-address',
    phone_numbers: 'phone-number',
    primary_location: 'location',
    job_title: 'text',
    company: 'record-reference',
  },
  companies: { name: 'text', domains: 'domain', description: 'text', primary_location: 'location' },
}

export const isGone = ({ deleted, mergedInto, merging }: Stored) =>
  deleted || merging || mergedInto !== undefined

/** The record as the API returns it: each value is a version, with the time since when it is the current one. */
export function shown({ object, id, values, created_at }: Stored, workspaceId: string, objectId: string) {
  const own = attributes[object]
  const names = new Set([...Object.keys(own), ...Object.keys(values)])
  const versions = [...names].map((name) => [
    name,
    (values[name] ?? []).map((value) => ({
      active_from: created_at,
      active_until: null,
      created_by_actor: { type: 'workspace-member', id: null },
      ...value,
      attribute_type: own[name] ?? 'text',
    })),
  ])
  return {
    id: { workspace_id: workspaceId, object_id: objectId, record_id: id },
    created_at,
    web_url: `https://app.attio.com/sandbox/${object}/${id}`,
    values: Object.fromEntries(versions),
  }
}
