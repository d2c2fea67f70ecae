import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningSandbox } from '../../lib/offline/sandbox/server.ts'
import { signSample } from '../../lib/operator/samples/sign-sample.ts'
import { sampleOf } from '../support/made-up-samples.ts'
import {
  attempts,
  type FaultyStack,
  publicUrl,
  root,
  type Surroundings,
  secrets,
  startSurroundings,
  until,
} from './faulty-stack.ts'

/** The same faults as in the simulation, but real processes, real connections, and the stack that `npm start` runs. */
let surroundings: Surroundings
let stack: FaultyStack
beforeAll(async () => {
  surroundings = await startSurroundings()
  stack = await surroundings.startStack()
})
afterAll(() => surroundings.close())

type Contact = {
  readonly id: string
  readonly country: 'CM' | 'PH'
  readonly name: string
  readonly email: string
}

const countries = { notchpay: 'CM', wooshpay: 'PH' } as const
const names = ['Amina Diallo', 'Kwame Mensah', 'Thu Trang Nguyễn', 'Chidi Eze', 'Siti Rahmawati']

/** Contacts that the shipped routes lead to this provider. */
function contactsFor(provider: keyof typeof countries, prefix: string, count: number): Contact[] {
  return Array.from({ length: count }, (_, index) => {
    const id = `${prefix}-${provider}-${index}`
    return {
      id,
      country: countries[provider],
      name: String(names[index % names.length]),
      email: `${id}@example.com`,
    }
  })
}

const alternating = (...lists: readonly Contact[][]): Contact[] =>
  (lists[0] ?? []).flatMap((_, index) => lists.flatMap((list) => list[index] ?? []))

/** Sends the contact through the generic door; an answer of 2xx is a promise from then on. */
async function send({ id, country, ...person }: Contact): Promise<void> {
  const timestamp = new Date().toISOString()
  const data = { id, ...person, address: { line1: `${id} Road`, country } }
  const response = await post('standard-webhooks', { type: 'contact.updated', timestamp, data })
  expect(response.status).toBe(202)
}

const sendAll = (contacts: readonly Contact[]) => Promise.all(contacts.map(send))

function post(source: 'standard-webhooks' | 'hubspot', content: unknown): Promise<Response> {
  const sample = sampleOf(source, content)
  const { headers } = signSample(sample, { variables: secrets, publicUrl })
  return fetch(`${stack.url}/webhooks/${source}`, { method: 'POST', headers, body: Buffer.from(sample.body) })
}

type Held = { readonly id: string; readonly metadata: Readonly<Record<string, string>> }

const providers = () => [surroundings.notchpay, surroundings.wooshpay]
const held = (from: readonly RunningSandbox[] = providers()) =>
  from.flatMap(({ sandbox }) => sandbox.records() as readonly Held[])
const heldOf = (id: string) => held().filter(({ metadata }) => metadata['crm_record'] === `contact:${id}`)
const creates = ({ ledger }: RunningSandbox) =>
  ledger.filter(({ method, path }) => method === 'POST' && path.endsWith('/customers'))

/** What a provider holds of a contact once it has all of it. */
const whole = ({ id, name, email, country }: Contact) =>
  expect.objectContaining({
    name,
    email,
    address: expect.objectContaining({ country }),
    metadata: expect.objectContaining({ crm_source: 'standard-webhooks', crm_record: `contact:${id}` }),
  })
const arrived = (contact: Contact) =>
  heldOf(contact.id).some((it) => 'email' in it && it.email === contact.email)

/** One customer a contact, whole, and linked; nothing else is held, waiting or parked. */
async function expectEachOnce(contacts: readonly Contact[]): Promise<void> {
  await until('the queue to be empty', surroundings.isQueueEmpty)
  const links = await Array.fromAsync(surroundings.links.listLinks())
  for (const contact of contacts) {
    const customers = heldOf(contact.id)
    expect(customers).toEqual([whole(contact)])
    const tied = links.filter(({ ref }) => ref.recordId === contact.id)
    expect(tied).toMatchObject([{ state: 'linked', providerCustomerId: customers[0]?.id, failure: null }])
  }
}

describe('nothing is lost and nobody created twice', () => {
  afterEach(() => {
    for (const provider of providers()) provider.setFaults([])
    for (const { ledger } of providers()) ledger.length = 0
  })

  it('when the process is killed with 40 creates carried out but not answered, and again while it repairs them', async () => {
    const contacts = alternating(contactsFor('notchpay', 'killed', 20), contactsFor('wooshpay', 'killed', 20))
    for (const provider of providers()) {
      provider.setFaults([{ method: 'POST', path: '/customers$', effect: 'commit-then-hang' }])
    }
    await sendAll(contacts)
    await until('every create to hang', () => held().length >= contacts.length)
    const killed = stack.pid
    await stack.kill()
    expect(existsSync(join(root, `.offline/build-${killed}`))).toBe(true)

    for (const provider of providers()) provider.setFaults([])
    const before = providers().flatMap(({ ledger }) => ledger).length
    stack = await surroundings.startStack()
    expect(existsSync(join(root, `.offline/build-${killed}`))).toBe(false)
    await until('some repairs', () => providers().flatMap(({ ledger }) => ledger).length > before + 15)
    await stack.kill()

    stack = await surroundings.startStack()
    await expectEachOnce(contacts)
    expect(held()).toHaveLength(contacts.length)
    expect(await surroundings.deadLetters()).toEqual([])
  })

  it('when a third of the creates is carried out and then answered with 500, or the connection cut', async () => {
    const contacts = alternating(contactsFor('notchpay', 'lossy', 15), contactsFor('wooshpay', 'lossy', 15))
    const before = held().length
    // Fewer losses than tries, so that no one customer can meet with all of them and be given up.
    const onCreate = { method: 'POST', path: '/customers$', every: 3 } as const
    for (const provider of providers()) {
      provider.setFaults([
        { ...onCreate, times: 3, effect: 'commit-then-answer', status: 500 },
        { ...onCreate, times: 2, effect: 'commit-then-reset' },
      ])
    }
    await sendAll(contacts)
    await expectEachOnce(contacts)
    expect(held()).toHaveLength(before + contacts.length)
    for (const provider of providers()) {
      expect(creates(provider).filter(({ status }) => status === 500)).toHaveLength(3)
      expect(creates(provider).filter(({ status }) => status === null)).toHaveLength(2)
    }
    expect(await surroundings.deadLetters()).toEqual([])
  })

  it('when one provider is down for fifteen seconds, while the other goes on', async () => {
    const { notchpay, wooshpay } = surroundings
    const waiting = contactsFor('wooshpay', 'outage', 10)
    const meanwhile = contactsFor('notchpay', 'outage', 10)
    wooshpay.setFaults([
      { every: 5, effect: 'reset' },
      { effect: 'answer', status: 503 },
    ])
    const isOver = sleep(15_000)
    const before = held([wooshpay]).length
    await sendAll(alternating(waiting, meanwhile))
    await until('the other provider to have its customers', () => meanwhile.every(arrived))
    expect(wooshpay.ledger.every(({ status }) => status === 503 || status === null)).toBe(true)
    await isOver
    expect(held([wooshpay])).toHaveLength(before)
    wooshpay.setFaults([])
    await expectEachOnce([...waiting, ...meanwhile])
    expect(creates(notchpay)).toHaveLength(meanwhile.length)
    expect(await surroundings.deadLetters()).toEqual([])
  })

  it('when customers that can never be accepted go in front of good ones', async () => {
    const { hubspot, wooshpay } = surroundings
    const [unreachable, failing, ...good] = Array.from({ length: 10 }, (_, index) => 701000000000 + index)
    const contacts = [unreachable, failing, ...good].map((id) => ({
      id: String(id),
      reachable: id !== unreachable,
    }))
    for (const { id, reachable } of contacts) hubspot.sandbox.putRecord?.(aHubspotContact(id, reachable))
    const poison = { method: 'POST', sent: `contact:${failing}`, effect: 'answer' } as const
    // Not counted, so that this one fails for as long as the good ones need.
    wooshpay.setFaults([{ ...poison, status: 503 }])
    const response = await post(
      'hubspot',
      contacts.map(({ id }) => aHubspotEvent(id)),
    )
    expect(response.status).toBe(202)
    await until('the good ones to arrive', () =>
      good.every((id) => heldOf(String(id)).some((it) => 'email' in it)),
    )
    wooshpay.setFaults([{ ...poison, status: 500 }])
    await until('the queue to be empty', surroundings.isQueueEmpty)
    const letters = (await surroundings.deadLetters()).map((text) => JSON.parse(text))
    expect(letters.map(({ change, failure }) => [change.recordId, failure.code, failure.attempts])).toEqual(
      expect.arrayContaining([
        [String(unreachable), 'CONTACT_MISSING', 1],
        [String(failing), 'PROVIDER_FAILED', attempts],
      ]),
    )
    expect(letters).toHaveLength(2)
    for (const id of good) expect(heldOf(String(id))).toHaveLength(1)
  })
})

/** The unreachable one's country leads to Notch Pay, which wants an e-mail or a phone. */
function aHubspotContact(id: string, reachable: boolean) {
  const properties = {
    firstname: 'Fatou',
    lastname: 'Sarr',
    hs_country_region_code: reachable ? 'VN' : 'SN',
    ...(reachable && { email: `fatou.${id}@example.com` }),
  }
  return { object: 'contacts', id, properties }
}

function aHubspotEvent(id: string) {
  return {
    eventId: Number(id),
    portalId: 48213377,
    objectId: Number(id),
    occurredAt: Date.now(),
    subscriptionType: 'contact.creation',
    attemptNumber: 0,
  }
}
