import * as z from 'zod'
import { recordTypes } from '../core/model/change.ts'
import { recordIdSchema } from '../sources/record-id.ts'
import { eventSchema, mergedEventSchema } from '../sources/standard-webhooks/schemas.ts'

/** What may have happened to a record; a test sends each through the source. */
export const eventActions = ['created', 'updated', 'deleted', 'restored', 'merged', 'erased'] as const
const merged = 'merged'

const typesOf = (actions: readonly string[]) =>
  recordTypes.flatMap((recordType) => actions.map((action) => `${recordType}.${action}`))
const typed = (
  schema: typeof eventSchema | typeof mergedEventSchema,
  actions: readonly string[],
  title: string,
) =>
  schema
    .extend({
      type: z
        .enum(typesOf(actions))
        .meta({ description: 'Events of any other type are accepted and ignored.' }),
    })
    .meta({ title })

const documented = z.union([
  typed(
    eventSchema,
    eventActions.filter((action) => action !== merged),
    'Change of a record',
  ),
  typed(
    mergedEventSchema,
    [merged],
    'Merge: `data` is the surviving record, `mergedIds` those that went into it',
  ),
])

/** JSON Schema (2020-12) of the events that `POST /webhooks/standard-webhooks` follows, made from the schemas that read them. */
export function eventJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(documented, {
    io: 'input',
    // Ids are texts with us, and taken as numbers too.
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === recordIdSchema) jsonSchema.type = ['string', 'integer'] as never
    },
  })
  return {
    $schema,
    $id: 'https://github.com/crm-pay-sync/crm-pay-sync/blob/main/docs/standard-webhooks-event.schema.json',
    title: 'Event of the standard-webhooks source',
    description:
      'An absent field says nothing; null and "" say that the field is empty. Times are ISO 8601. Unknown fields are ignored.',
    ...schema,
  }
}
