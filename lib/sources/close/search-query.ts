/** Close's limit for a page of a search, as clients use it. */
const pageSize = 200

/**
 * The search for contacts that changed in a time, or whose lead did; `created` is the creation time to continue from. The
 * condition `moment_range` is the one that Close's own pages send; the documentation does not name it.
 */
export function changedContacts(since: string, until: string, created: string | null) {
  return {
    query: {
      type: 'and',
      queries: [
        { type: 'object_type', object_type: 'contact' },
        {
          type: 'or',
          queries: [
            within('contact', 'date_updated', since, until),
            {
              type: 'has_related',
              this_object_type: 'contact',
              related_object_type: 'lead',
              related_query: within('lead', 'date_updated', since, until),
            },
          ],
        },
        ...(created === null ? [] : [within('contact', 'date_created', created, null)]),
      ],
    },
    _fields: { contact: ['id', 'organization_id', 'date_created'] },
    sort: [{ direction: 'asc', field: regularField('contact', 'date_created') }],
    _limit: pageSize,
  }
}

const regularField = (object_type: string, field_name: string) =>
  ({ type: 'regular_field', object_type, field_name }) as const
const moment = (value: string) => ({ type: 'fixed_utc', value }) as const

function within(objectType: string, field: string, from: string, until: string | null) {
  return {
    type: 'field_condition',
    field: regularField(objectType, field),
    condition: {
      type: 'moment_range',
      on_or_after: moment(from),
      before: until === null ? null : moment(until),
    },
  } as const
}
