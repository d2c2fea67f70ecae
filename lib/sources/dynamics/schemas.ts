import * as z from 'zod'
import { isObject } from '../../support/json.ts'

/** What Dataverse writes where there is no id. */
export const emptyGuid = '00000000-0000-0000-0000-000000000000'

/** An id of Dataverse, in lower case and without braces. */
export const guidSchema = z.preprocess(
  (value) => (typeof value === 'string' ? value.toLowerCase().replace(/^\{(.*)\}$/, '$1') : value),
  z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
)
const optionalGuid = guidSchema.nullish().catch(undefined)

/** Keys differ in case between Dataverse's own endpoints, so they are compared in lower case. */
function anyCase<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.preprocess(
    (value) =>
      isObject(value)
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key.toLowerCase(), item]))
        : value,
    z.object(shape),
  )
}

/** `[{"key": "Target", "value": …}]`; the keys become lower case. */
const parametersSchema = z.lazy(() =>
  z
    .array(anyCase({ key: z.string().toLowerCase(), value: z.unknown() }))
    .nullish()
    .catch(undefined),
)
export type Parameters = z.infer<typeof parametersSchema>

/** An Entity or an EntityReference, which has no attributes. */
export const entitySchema = z.lazy(() => anyCase({ id: optionalGuid, attributes: parametersSchema }))

/** Decides whether the event is followed. */
export const headSchema = z.lazy(() => anyCase({ messagename: z.string(), primaryentityname: z.string() }))

/**
 * The body of a webhook: a RemoteExecutionContext. Over 256 KB, Dataverse removes the parameters and the images.
 * https://learn.microsoft.com/power-apps/developer/data-platform/use-webhooks
 */
export const contextSchema = z.lazy(() =>
  anyCase({
    organizationid: guidSchema,
    primaryentityid: optionalGuid,
    operationid: z.string().nullish().catch(undefined),
    inputparameters: parametersSchema,
    outputparameters: parametersSchema,
    postentityimages: parametersSchema,
  }),
)

/** The answer of Microsoft Entra to a request for a token. */
export const tokenSchema = z.lazy(() =>
  z.object({
    access_token: z.string().min(1),
    expires_in: z.coerce.number().positive(),
  }),
)

/** The code of an error of Microsoft Entra, such as `invalid_client`. */
export const tokenErrorSchema = z.lazy(() => z.object({ error: z.string().regex(/^[a-z_]{1,40}$/) }))

/** The answer of the function WhoAmI. */
export const whoAmISchema = z.lazy(() => z.object({ OrganizationId: guidSchema }))

/** A row of a table, of which only the columns that were asked for are there. */
export const rowSchema = z.lazy(() =>
  z.looseObject({
    merged: z.boolean().nullish().catch(undefined),
    _masterid_value: optionalGuid,
  }),
)
export type Row = z.infer<typeof rowSchema>

/** Rows of a table. `@odata.nextLink` is the whole URL of the next page. */
export const rowsSchema = z.lazy(() =>
  z.object({
    value: z.array(rowSchema),
    '@odata.nextLink': z.string().nullish(),
  }),
)

/** An error of the Web API. */
export const errorSchema = z.lazy(() => z.object({ error: z.object({ code: z.string() }) }))
