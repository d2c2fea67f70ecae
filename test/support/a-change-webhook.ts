import type { SourceName } from '../../lib/core/model/change.ts'
import type { Sample } from '../../lib/operator/samples/samples.ts'
import { jsonBody } from '../../lib/sources/body-encoding.ts'
import type { Person, Telling } from '../../lib/sources/offline-definition.ts'
import { halvesOf } from './a-source.ts'
import { aSample } from './function-world.ts'

/** How the CRM reports a change of this contact, as a sample that can be posted. */
export function aChangeWebhook(source: SourceName, person: Person, telling: Telling): Sample {
  const { offline } = halvesOf(source)
  const { body, records } = offline.tell(person, telling)
  return {
    ...aSample(`${source}/${offline.contract.followed}`),
    body: (offline.encoding ?? jsonBody).encode(body),
    records,
  }
}
