import type { Sample } from '../../lib/operator/samples/samples.ts'
import { aSample, type FunctionWorld, startFunctionWorld } from '../support/function-world.ts'

/** Webhooks whose bodies are forms, through the real functions. */
let world: FunctionWorld
const lines: string[] = []
beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((chunk) => lines.push(String(chunk)) > 0)
  }
  world = await startFunctionWorld()
})
afterAll(() => world.close())
beforeEach(() => {
  world.resetCounts()
  lines.length = 0
})

const update = () => aSample('bitrix24/contact.update')
const withBody = (body: string): Sample => ({ ...update(), body: Buffer.from(body) })
const bodiesTo = (name: string) => world.sandboxOf(name).ledger.map(({ body }) => body)

describe('a form that the CRM signed', () => {
  it.each([
    ['1,001 keys', Array.from({ length: 1001 }, (_, index) => `k${index}=1`).join('&')],
    ['seven levels', 'event=ONCRMCONTACTADD&data[a][b][c][d][e][f]=1'],
    ['__proto__', 'event=ONCRMCONTACTADD&__proto__[polluted]=1'],
    ['a name twice', 'event=ONCRMCONTACTADD&event=ONCRMDEALADD'],
    ['wrong percent-encoding', 'event=%E0%A4%A'],
    ['no event', 'data[FIELDS][ID]=82'],
    ['an id of half a megabyte', `event=ONCRMCONTACTADD&data[FIELDS][ID]=${'9'.repeat(500_000)}`],
  ])('with %s is answered 200, logged and not queued', async (_, body) => {
    expect(await world.post(withBody(body))).toMatchObject({ statusCode: 200 })
    expect(lines.join('')).toContain('"webhook unreadable')
    expect(lines.join('')).not.toMatch(/polluted|999999|%E0/)
    expect(world.sqs.operations).toEqual([])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('is accepted with a character set', async () => {
    const type = 'application/x-www-form-urlencoded; charset=UTF-8'
    expect(await world.post(update(), { headers: { 'content-type': type } })).toMatchObject({
      statusCode: 200,
    })
    expect(world.sqs.operations).toEqual(['SendMessageBatch'])
    await world.drainFully()
  })

  it('is refused as JSON and in any other media type', async () => {
    for (const type of ['application/json', 'multipart/form-data', 'text/plain'])
      expect(await world.post(update(), { headers: { 'content-type': type } })).toMatchObject({
        statusCode: 415,
      })
  })

  it('is refused above 1 MiB', async () => {
    expect(await world.post(withBody(`a=${'x'.repeat(2 ** 20)}`))).toMatchObject({ statusCode: 413 })
  })

  it('never leaves its tokens in a log', async () => {
    const tokens = 'auth[access_token]=leaked1token&auth[refresh_token]=leaked2token'
    const body = `${Buffer.from(update().body).toString()}&${tokens}`
    expect(await world.post(withBody(body))).toMatchObject({ statusCode: 200 })
    await world.post(withBody(`${body}&event=%`))
    await world.drainFully()
    expect(lines.join('')).toContain('customer')
    expect(lines.join('')).not.toMatch(/leaked\dtoken|application_?token(?!\])|codeoffline/)
  })
})

describe('an address that changes without its contact', () => {
  it('is followed by its own event, and by that of the requisite that holds it', async () => {
    const sample = aSample('bitrix24/requisite.update')
    const [record] = sample.records as [Record<string, unknown>]
    await world.post(sample)
    await world.drainFully()
    expect(bodiesTo('notchpay').join('')).toContain('Dakar')
    const move = (CITY: string) =>
      world
        .sandboxOf('bitrix24')
        .sandbox.putRecord?.({ ...record, addresses: [{ CITY, COUNTRY: 'Senegal' }] })

    move('Thiès')
    await world.post({ ...sample, records: [] })
    await world.drainFully()
    expect(bodiesTo('notchpay').at(-1)).toContain('Thiès')

    move('Kaolack')
    const address = Buffer.from(aSample('bitrix24/address.register').body)
    const body = address.toString().replace('7403', '7404')
    await world.post(withBody(body))
    await world.drainFully()
    expect(bodiesTo('notchpay').at(-1)).toContain('Kaolack')
  })
})

it('dead-letters what another portal sends, once the own one is known', async () => {
  await world.post(update())
  await world.drainFully()
  const ids = { own: '5c1f0b7d9e3a42688d40c2b6a17f93e5', other: 'd897aaaaaaaaaaaaaaaaaaaaaaaaaaaa' }
  world.resetCounts()
  await world.post(withBody(Buffer.from(update().body).toString().replace(ids.own, ids.other)))
  await world.drainFully()
  expect(world.sandboxOf('bitrix24').ledger).toEqual([])
  const letters = (await world.deadLetters()).map(({ Body }) => JSON.parse(String(Body)))
  expect(letters).toMatchObject([{ change: { account: ids.other }, failure: { code: 'FOREIGN_ACCOUNT' } }])
})
