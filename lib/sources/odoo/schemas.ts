import * as z from 'zod'
import { numericIdSchema } from '../record-id.ts'

/**
 * The body of a webhook (`_run_action_webhook` in addons/base/models/ir_actions.py): three keys of Odoo's, and the fields that
 * were chosen for the rule. An empty field is `false`, a many2one is the id of its record.
 */
export const webhookSchema = z.lazy(() =>
  z.looseObject({
    _model: z.string().min(1),
    _id: numericIdSchema,
    write_date: z.union([z.string(), z.literal(false), z.null()]).optional(),
  }),
)

/** A record from `search_read`. A many2one is `[id, name]`. */
const recordSchema = z.lazy(() => z.looseObject({ id: numericIdSchema }))
export type OdooRecord = z.infer<typeof recordSchema>
export const recordsSchema = z.lazy(() => z.array(recordSchema))

/** The answer of `/jsonrpc`: HTTP 200 also for errors. `data.debug` is a traceback, which is never read. */
export const rpcSchema = z.lazy(() =>
  z.object({
    result: z.unknown().optional(),
    error: z.object({ data: z.object({ name: z.string() }).optional().catch(undefined) }).optional(),
  }),
)

/** The error of a JSON-2 call. */
export const errorSchema = z.lazy(() => z.object({ name: z.string() }))

/** `GET /web/version`, from Odoo 19 on; and the result of `common.version` in any release. */
export const webVersionSchema = z.lazy(() => z.object({ version: z.string() }))
export const serverVersionSchema = z.lazy(() => z.object({ server_version: z.string() }))
