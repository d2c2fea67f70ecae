import type { Clock } from '../../core/ports/observers.ts'
import { readAnswer } from '../crm-answer.ts'
import { callAttio } from './call.ts'
import { objectsSchema } from './schemas.ts'

type Settings = {
  readonly origin: string
  readonly accessToken: string | undefined
  readonly clock: Clock
}
type Slugs = ReadonlyMap<string, string | undefined>

/** The slug of an object, such as `people`; undefined when the workspace has no such object. */
export type ObjectOf = (objectId: string) => Promise<string | undefined>

/**
 * Looks objects up in `GET /v2/objects` (https://docs.attio.com/rest-api/endpoint-reference/objects/list-objects), and keeps
 * what it found: an object has another id in every workspace. An id that is not among them is looked for again, since objects
 * can be switched on later.
 */
export function attioObjects(settings: Settings): ObjectOf {
  let known: Slugs = new Map()
  let asking: Promise<Slugs> | undefined
  return async (objectId) => {
    if (!known.has(objectId)) {
      asking ??= fetchSlugs(settings).finally(() => {
        asking = undefined
      })
      known = await asking
    }
    return known.get(objectId)
  }
}

async function fetchSlugs(settings: Settings): Promise<Slugs> {
  const response = await callAttio({ ...settings, method: 'GET', path: '/v2/objects' })
  const { data } = readAnswer('Attio', objectsSchema, response, settings.clock.now())
  return new Map(data.map(({ id, api_slug }) => [id.object_id, api_slug ?? undefined]))
}
