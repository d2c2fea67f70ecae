import type { SandboxRequest, SandboxResponse } from '../../lib/offline/sandbox/sandbox.ts'
import { findSamples, type Sample } from '../../lib/operator/samples/samples.ts'
import { offlineProviders } from '../../lib/providers/offline.ts'
import { providerNames } from '../../lib/providers/registry.ts'
import { offlineSource, offlineSources } from '../../lib/sources/offline.ts'
import type { Person } from '../../lib/sources/offline-definition.ts'
import { sourceNames } from '../../lib/sources/registry.ts'
import { aPerson, inCrms, textsOf } from '../support/canaries.ts'
import { type Echo, echoes } from '../support/echoes.ts'
import { unaccented } from '../support/encodings.ts'
import { confidential, type FunctionWorld, secrets, startFunctionWorld } from '../support/function-world.ts'
import { contentOf, formsOf, leaksIn, personalTexts } from '../support/personal-texts.ts'

/** Every API echoes what it was sent, in every shape of error. None of it may be written anywhere. */
let world: FunctionWorld
/** Everything the functions wrote to their logs, and all their responses. */
const lines: string[] = []
const people: Person[] = []
const samples = findSamples(['events'])

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((chunk) => lines.push(String(chunk)) > 0)
  }
  world = await startFunctionWorld()
  await liveThroughTheDay()
})
afterAll(() => world.close())

const providers: readonly string[] = providerNames
/** The CRMs that records are read from. */
const crms = sourceNames.filter((name) =>
  Object.values(offlineSource(name).sandboxes).some(({ isDefault }) => isDefault),
)

async function liveThroughTheDay(): Promise<void> {
  const everyCrm = Object.values(inCrms)
  for (const [index, echo] of Object.values(echoes).entries()) {
    // What a provider answers is the same for all CRMs: three of them, in turn.
    for (const inCrm of everyCrm.filter((_, crm) => crm % 4 === index % 4)) {
      const person = newPerson()
      await post(inCrm(person))
      await whileEchoing(providers, echo, () => person)
    }
    const told = new Map<string, Person>()
    for (const [name, inCrm] of Object.entries(inCrms)) {
      const person = newPerson()
      told.set(name, person)
      await post(inCrm(person))
    }
    await whileEchoing(crms, echo, (name) => told.get(name))
  }
  for (const sample of samples) await post(sample)
  const echoedPerson = aPerson(1)
  for (const echo of ['400 with all that was sent', '500 with all that was sent'] as const) {
    for (const sample of samples) await post(sample)
    await whileEchoing([...providers, ...crms], echoes[echo], () => echoedPerson)
  }
  for (const sample of samples) await world.post(sample, { body: `${Buffer.from(sample.body)}}` })
  for (const person of people) await post(asIfOfAnother(person))
  await world.drainFully()
}

function newPerson(): Person {
  const person = aPerson(710_001 + people.length)
  people.push(person)
  return person
}

/** A valid body, sent to the wrong source. */
function asIfOfAnother(person: Person): Sample {
  const [first, second] = sourceNames
  const sample = inCrms[first]?.(person)
  if (!sample || !second) throw new Error('there are no two sources')
  return { ...sample, source: second, records: [] }
}

async function post(...request: Parameters<FunctionWorld['post']>): Promise<void> {
  lines.push(JSON.stringify(await world.post(...request)))
}

const originals = new Map<string, (request: SandboxRequest) => SandboxResponse>()

/** Processes the queue while these APIs echo every request about a person. `personOf` is the one that an API knows, by its name. */
async function whileEchoing(
  names: readonly string[],
  echo: Echo,
  personOf: (name: string) => Person | undefined,
): Promise<void> {
  for (const name of names) {
    const { sandbox } = world.sandboxOf(name)
    const handle = sandbox.handle
    originals.set(name, handle)
    sandbox.handle = (request) => {
      const person = personOf(name)
      if (!person) return handle(request)
      const sent = `${request.path}?${request.query} ${request.body}`
      // A CRM knows all data, a provider only what it is sent.
      const isCrm = !providers.includes(name)
      const knows = isCrm || person.id === 1 || sent.includes(person.email.split('@')[0] ?? '')
      return knows ? echo(sent, person, request.headers['authorization'] ?? '') : handle(request)
    }
  }
  await world.drain()
  for (const [name, handle] of originals) world.sandboxOf(name).sandbox.handle = handle
}

/** Every log line, metric, response, message, dead letter and table item. */
async function everythingWritten(): Promise<string> {
  const deadLetters = (await world.deadLetters()).map(({ Body }) => Body)
  const items = (await world.tableItems()).map((item) => JSON.stringify(item))
  for (const code of ['REFUSED_BY_PROVIDER', 'CRM_REFUSED']) expect(deadLetters.join()).toContain(code)
  expect(items.length).toBeGreaterThan(people.length / 2)
  return [...lines, ...deadLetters, ...items, ...world.delivered].join('\n')
}

it('leaves no personal data and no secret in logs, storage or responses', async () => {
  const crm = samples.flatMap((sample) => [contentOf(sample), sample.records])
  const texts = [...new Set([...people.flatMap(textsOf), ...personalTexts(crm)])]
  const written = await everythingWritten()
  expect(leaksIn(written, texts)).toEqual([])
  expect(leaksIn(written, sharedSecrets())).toEqual([])
})

/** Every secret in each form in which it is sent: Basic credentials, a key in base64. */
function sharedSecrets(): string[] {
  const ofEach = [...Object.values(offlineSources), ...Object.values(offlineProviders)].map((half) =>
    Object.keys(half.secrets).map((name) => String(secrets[name])),
  )
  const pairs = ofEach.flatMap((own) => own.flatMap((user) => ['', ...own].map((it) => `${user}:${it}`)))
  const keys = Object.values(secrets)
    .filter((secret) => secret.startsWith('whsec_'))
    .map((secret) => secret.slice('whsec_'.length))
  const decoded = keys.map((key) => Buffer.from(key, 'base64').toString())
  return [...confidential, ...pairs, ...keys, ...decoded]
}

it('included requests with most of that data', () => {
  const apis = [...providers, ...crms].map((name) => world.sandboxOf(name).ledger)
  const wires = JSON.stringify(apis.flatMap((ledger) => ledger.map(({ response }) => response)))
  const echoed = people.filter(({ email }) => wires.includes(email))
  expect(echoed.length).toBeGreaterThan(people.length / 2)
})

it('would detect such data, in each of its forms', () => {
  const { given, email } = aPerson(710_003)
  for (const text of [given, email]) {
    const invisible = [...text].join('\u200b')
    for (const form of [...formsOf(text), unaccented(text).toUpperCase(), invisible]) {
      expect(leaksIn(`"about ${form} here"`, [text])).toHaveLength(1)
    }
  }
})
