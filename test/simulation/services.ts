import type { Crm } from './crm.ts'
import { answerHubspot, answerRead, visible } from './crm-api.ts'
import type { Service } from './network.ts'
import { crmRecordOf, type ProviderApi } from './provider-api.ts'
import type { Random } from './random.ts'
import type { Settings } from './settings.ts'
import { hour, minute } from './settings.ts'
import type { Vendor } from './vendors/vendor.ts'
import { answerVendor, vendorAddresses } from './vendors/vendor-crm.ts'
import { type FaultName, faultNames, type Weather } from './weather.ts'

type World = {
  readonly random: Random
  readonly settings: Settings
  readonly weather: Weather
  readonly startsAt: number
  readonly now: () => number
}

const faultsOf = (kind: 'provider' | 'crm') => faultNames.filter((name) => name.startsWith(`${kind}.`))
const lasting: ReadonlySet<FaultName> = new Set([
  'provider.down',
  'provider.keyRefused',
  'provider.firewall',
  'crm.down',
])

export function providerService(api: ProviderApi, world: World, isSick: boolean): Service {
  const outage = outages(['provider.down', 'provider.keyRefused'], world)
  const { settings, weather, random } = world
  const sickness = random.pick<FaultName>(['provider.fails', 'provider.firewall'])
  return {
    name: api.name,
    hosts: api.hosts,
    handle: api.handle,
    faults: faultsOf('provider').filter((name) => !lasting.has(name)),
    ailment({ body }) {
      if (weather.isCalm()) return undefined
      if (isSick) return 'provider.down'
      const ofSickCustomer =
        settings.sick === 'a customer' && /:(701000000100|cust-1)$/.test(crmRecordOf(body) ?? '')
      return ofSickCustomer ? sickness : outage()
    },
  }
}

/** What the CRMs of one kind answer: all portals of HubSpot at one host. */
export function crmServices(crms: readonly Crm[], world: World): readonly Service[] {
  return [...Map.groupBy(crms, ({ kind }) => kind).values()].flatMap((ofKind) => {
    const [crm] = ofKind
    return crm?.vendor ? vendorServices(crm, crm.vendor, world) : [crmService(ofKind, world)]
  })
}

/** Each address of a vendor: its API, and where it issues access tokens. */
function vendorServices(crm: Crm, vendor: Vendor, world: World): Service[] {
  const outage = outages(['crm.down'], world)
  return Object.keys(vendor.offline.sandboxes).flatMap((variable) => {
    const address = vendorAddresses[variable]
    if (!address) return []
    return {
      name: crm.name,
      hosts: [new URL(address).host],
      handle: (request) => answerVendor(vendor, variable, crm, (id) => visible(crm, id), request),
      faults: faultsOf('crm').filter((name) => !lasting.has(name)),
      ailment: () => (world.weather.isCalm() ? undefined : outage()),
    }
  })
}

function crmService(ofKind: readonly Crm[], world: World): Service {
  const outage = outages(['crm.down'], world)
  const [crm] = ofKind
  if (!crm) throw new Error('a service of no CRM')
  const isHubspot = crm.kind === 'hubspot'
  const isSick = world.settings.sick === 'a CRM' && isHubspot
  return {
    name: crm.kind,
    hosts: [isHubspot ? 'api.hubapi.com' : 'crm.example'],
    handle: (request) => (isHubspot ? answerHubspot(ofKind, request) : answerRead(crm, request)),
    faults: faultsOf('crm').filter((name) => !lasting.has(name)),
    ailment: () => (world.weather.isCalm() ? undefined : isSick ? 'crm.down' : outage()),
  }
}

/** Longer than an idempotency key lives, now and then. */
const longOutage = (fault: FaultName, random: Random) =>
  fault === 'provider.down' && random.chance(0.4) ? 30 * hour : 2 * hour

/** Hours in which everything fails, if the weather has such: which one it is now, if any. */
function outages(faults: readonly FaultName[], { random, settings, weather, startsAt, now }: World) {
  const windows = faults
    .filter((fault) => weather.enabled.has(fault))
    .map((fault) => {
      const from = startsAt + random.between(0, settings.activeFor)
      return {
        fault,
        from,
        to: from + random.pick([minute, 20 * minute, 2 * hour, longOutage(fault, random)]),
      }
    })
  return () => windows.find(({ from, to }) => from <= now() && now() < to)?.fault
}
