import { recordTypes } from '../core/model/change.ts'
import { clearableFields } from '../core/model/provider.ts'
import { buildProvider } from '../providers/build-provider.ts'
import { offlineProviders } from '../providers/offline.ts'
import { providerNames, providers } from '../providers/registry.ts'
import { offlineSources } from '../sources/offline.ts'
import { sourceNames, sources } from '../sources/registry.ts'
import type { SettingEntry } from '../support/doc-entries.ts'

const oneOf = (values: readonly string[]) => values.map((value) => `\`'${value}'\``).join(', ')
/** The providers that have an ability: `Notch Pay`. */
function providersThatCan(ability: 'search' | 'delete' | 'block'): string {
  const able = Object.values(providers).filter((definition) => {
    const secrets = offlineProviders[definition.name]?.secrets ?? {}
    const { abilities } = buildProvider(definition, {
      secrets,
      variables: {},
      clock: { now: () => new Date() },
    })
    return abilities[ability]
  })
  return able.map(({ title }) => title).join(', ') || 'no provider'
}

/** `sources.<name>`, and what its part of sync.config.ts holds. */
const ofSources: Readonly<Record<string, SettingEntry>> = Object.fromEntries(
  Object.values(sources).flatMap(({ name, title }) => {
    const path = `sources.${name}`
    const settings = Object.entries(offlineSources[name]?.docs.settings ?? {})
    const values = settings.length > 0 ? 'an object, may be empty' : 'an empty object'
    const source: SettingEntry = { values, meaning: `Follow ${title}.`, unset: 'off' }
    return [[path, source], ...settings.map(([setting, entry]) => [`${path}.${setting}`, entry])]
  }),
)

/** Every setting of sync.config.ts by its path; `[]` is an entry of a list. A test compares it with the schema. */
export const settings: Readonly<Record<string, SettingEntry>> = {
  sources: {
    values: `an object with ${sourceNames.map((name) => `\`${name}\``).join(', ')}`,
    meaning: 'The CRMs to follow. Webhooks of a source that is not listed are answered with 404.',
    unset: 'required',
  },
  ...ofSources,
  providers: {
    values: `a list of ${oneOf(providerNames)}`,
    meaning:
      'The providers in use. One that is not listed is never called and does not hold up the other: its links stay as they are.',
    unset: 'required',
  },
  routes: {
    values: 'a list',
    meaning: 'The first route that matches decides where a customer is created.',
    unset: 'required',
  },
  'routes[].to': {
    values: `${oneOf(providerNames)}, \`'nowhere'\``,
    meaning: "Where such a customer is created. `'nowhere'` leaves it in the CRM only.",
    unset: 'required',
  },
  'routes[].countries': {
    values: 'a list of ISO 3166-1 alpha-2 codes',
    meaning: 'Matches the country of the address, else of the billing address, else of the phone number.',
    unset: 'any country',
  },
  'routes[].source': { values: oneOf(sourceNames), meaning: 'Matches customers of this CRM.', unset: 'any' },
  'routes[].account': {
    values: 'a string',
    meaning: 'Matches customers of this CRM account (portal, company or organization).',
    unset: 'any',
  },
  'routes[].recordType': {
    values: oneOf(recordTypes),
    meaning: 'Matches records of this type.',
    unset: 'any',
  },
  policies: { values: 'an object', meaning: 'What happens in cases that businesses decide differently.' },
  'policies.onDelete': {
    values: oneOf(['keep', 'block', 'delete']),
    meaning: `What happens to the provider customer when the CRM deletes the record. Providers that can \`'block'\`: ${providersThatCan('block')}. That can \`'delete'\`: ${providersThatCan('delete')}.`,
  },
  'policies.clear': {
    values: `a list of ${oneOf(clearableFields)}`,
    meaning:
      "Fields that an empty CRM field clears at the provider. `'metadata'` clears an emptied key. E-mail and phone are never cleared.",
  },
  'policies.unreadablePhone': {
    values: oneOf(['keep', 'refuse']),
    meaning:
      "A phone number in the CRM that cannot be read: `'keep'` leaves the provider the number it has, `'refuse'` makes the change a [dead letter](errors.md#phone_unreadable).",
  },
  'policies.firstSight': {
    values: oneOf(['create', 'adopt-or-create']),
    meaning: `A record without a link: \`'create'\` a customer, or \`'adopt-or-create'\`: search for one that payments created first (${providersThatCan('search')}; one search more).`,
  },
}
