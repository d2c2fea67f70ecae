import * as z from 'zod'
import type { Sandbox } from '../../offline/sandbox/sandbox.ts'

/** A customer document of our generic event; `mergedInto` makes the id return that record. */
const inputSchema = z.looseObject({
  object: z.enum(['contacts', 'companies', 'leads']),
  id: z.string().min(1),
  mergedInto: z.string().min(1).optional(),
})

type Options = { readonly name: string; readonly accessToken: string }

/** A sandbox of a sender's read API, as described at `fetchGenericCustomers`. All accounts hold the same records. */
export function readApiSandbox({ name, accessToken }: Options): Sandbox {
  const records = new Map<string, z.infer<typeof inputSchema>>()
  const find = (object: string, id: string) => records.get(`${object}/${id}`)
  return {
    name,
    handle: ({ method, path, headers }) => {
      if (headers['authorization'] !== `Bearer ${accessToken}`) return { status: 401, body: {} }
      const [, object = '', id = ''] = /^\/([a-z]+)\/([^/]+)$/.exec(path) ?? []
      if (method !== 'GET') return { status: 405, body: {} }
      const asked = find(object, decodeURIComponent(id))
      const record = asked?.mergedInto === undefined ? asked : find(object, asked.mergedInto)
      if (!record) return { status: 404, body: {} }
      const { object: _, mergedInto, ...data } = record
      return { status: 200, body: { data } }
    },
    records: () => [...records.values()],
    putRecord: (record) => {
      const input = inputSchema.parse(record)
      records.set(`${input.object}/${input.id}`, input)
    },
  }
}
