import type { SecretScope } from '../../lib/adapters.ts'
import type { Mode } from '../../lib/core/model/provider.ts'
import { sources } from '../../lib/sources/registry.ts'
import { type Crm, ownPortal, secondPortal } from './crm.ts'
import { tokenOf } from './crm-api.ts'
import { theRun } from './run.ts'
import { hour, minute, type Settings } from './settings.ts'

/** What an operator renews while everything goes on. */
export const rotations = ['nothing', 'webhook secrets', 'sealing keys', 'provider keys'] as const
export type Rotation = (typeof rotations)[number]

export const secretsPath = '/crm-pay-sync/simulated/'

const sealingKey = (name: string) => Buffer.from(`${name} sealing key`.padEnd(32, '.')).toString('base64')
const webhookSecrets = {
  first: {
    HUBSPOT_CLIENT_SECRET: 'hubspot-secret-of-the-simulation',
    STANDARD_WEBHOOKS_SECRET: 'whsec_c2ltdWxhdGVkLXNlY3JldC1vZi1hLXNlbmRlcg==',
  },
  second: {
    HUBSPOT_CLIENT_SECRET: 'another-secret-of-the-simulation',
    STANDARD_WEBHOOKS_SECRET: 'whsec_YW5vdGhlci1zZWNyZXQtb2YtYS1zZW5kZXI=',
  },
}
export type WebhookSecrets = (typeof webhookSecrets)['first']

/** The keys of both providers. */
export const providerSecrets = (mode: Mode) => ({
  NOTCHPAY_PUBLIC_KEY: `pk_${mode}_simulated`,
  WOOSHPAY_SECRET_KEY: `sk_${mode}_simulated`,
})

type Parameters = Map<string, string>

/** The Parameter Store at the start of a run. */
export function firstParameters({ portals }: Settings, crms: readonly Crm[]): Parameters {
  const parameters: Parameters = new Map()
  put(parameters, 'webhook', webhookSecrets.first)
  put(parameters, 'api', { ...providerSecrets('test'), HUBSPOT_ACCESS_TOKEN: hubspotTokens(portals) })
  for (const { vendor } of crms) {
    const definition = vendor && sources[vendor.source]
    if (!definition) continue
    const values = (names: readonly string[]) =>
      Object.fromEntries(names.flatMap((name) => entryOf(vendor.offline.secrets, name)))
    put(parameters, 'webhook', values(definition.webhookSecrets))
    put(parameters, 'api', values(definition.apiSecrets))
  }
  setSealingKeys(parameters, sealingKey('first'))
  return parameters
}

const entryOf = (values: Readonly<Record<string, string>>, name: string) => {
  const value = values[name]
  return value === undefined ? [] : [[name, value] as const]
}

/** A bare token, which says itself of which portal it is, or one for each. */
function hubspotTokens(portals: Settings['portals']): string {
  if (portals !== 'two') return tokenOf(ownPortal)
  return [ownPortal, secondPortal].map((portal) => `${portal}=${tokenOf(portal)}`).join(',')
}

export const firstWebhookSecrets: WebhookSecrets = webhookSecrets.first

function put(parameters: Parameters, scope: SecretScope, values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) parameters.set(`${secretsPath}${scope}/${name}`, value)
}

function setSealingKeys(parameters: Parameters, text: string): void {
  for (const scope of ['webhook', 'api'] as const) put(parameters, scope, { SEALING_KEYS: text })
}

/** What the provider's key is for that functions find from now on. */
export function currentMode(): Mode {
  return theRun().keysSwitchedAt === null ? 'test' : 'live'
}

/** Renews what this run renews, as README says to. */
export function scheduleRotation(): void {
  const { settings, scheduler, random, parameters, history } = theRun()
  const at = (millis: number, what: string, change: () => void) =>
    scheduler.after(millis, () => {
      history.tell('operator', what)
      theRun().count(`rotation: ${settings.rotates}`)
      change()
    })
  const start = random.between(0, settings.activeFor)
  switch (settings.rotates) {
    case 'nothing':
      return
    case 'webhook secrets': {
      const { first, second } = webhookSecrets
      const both = Object.fromEntries(
        Object.entries(first).map(([name, old]) => [name, `${second[name as keyof typeof second]},${old}`]),
      )
      at(start, 'adds a second webhook secret', () => put(parameters, 'webhook', both))
      at(start + 10 * minute, 'lets the CRMs sign with it', () => {
        theRun().webhookSecrets = second
      })
      // What was signed before is taken for as long as a CRM tries.
      at(start + 12 * hour, 'takes the first one away', () => put(parameters, 'webhook', second))
      return
    }
    case 'sealing keys':
      at(start, 'adds a second sealing key', () => bringSealingKeysBack())
      at(start + random.pick([10 * minute, 6 * hour]), 'takes the first sealing key away', () =>
        setSealingKeys(parameters, sealingKey('second')),
      )
      return
    case 'provider keys':
      at(start, 'goes live with both providers', () => {
        put(parameters, 'api', providerSecrets('live'))
        theRun().keysSwitchedAt = scheduler.now()
      })
  }
}

/** All keys there ever were, the newest first. */
export function bringSealingKeysBack(): void {
  setSealingKeys(theRun().parameters, `${sealingKey('second')},${sealingKey('first')}`)
}
