import { findSamples } from '../../lib/cli/samples.ts'
import { type FunctionWorld, startFunctionWorld } from '../support/function-world.ts'

const lines: string[] = []
let world: FunctionWorld

beforeAll(async () => {
  // Everything that the functions write, as CloudWatch would keep it.
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream)
    jest.spyOn(stream, 'write').mockImplementation((chunk, ...rest) => {
      lines.push(String(chunk))
      return /^\{"(level|_aws)/.test(String(chunk)) || write(chunk as string, ...(rest as []))
    })
  }
  world = await startFunctionWorld()
})
afterAll(() => world.close())

/** Every name, e-mail, phone, address and note in a sample or in the CRM record it is about. */
function personalTexts(value: unknown, key = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => personalTexts(item, key))
  if (value !== null && typeof value === 'object') {
    return Object.entries(value).flatMap(([name, item]) => personalTexts(item, name))
  }
  const personal =
    /^(firstname|lastname|first_name|last_name|name|given|family|full|email|phone|mobilephone|address|line1|line2|address_line1|street|route|zip|postal_code|postalCode|description|value|propertyValue|formatted_address|phoneNumber)$/
  // Short digits and truth values stand in every log line for reasons of their own.
  const telling = typeof value === 'string' && value.length >= 5 && !/^(\d{5}|false)$/.test(value)
  return personal.test(key) && telling ? [value] : []
}

describe('every sample in events/', () => {
  const samples = findSamples(['events'])

  it('is accepted, worked off and leads to one provider customer a record; sent again it changes nothing', async () => {
    for (const sample of samples) expect(await world.post(sample)).toMatchObject({ statusCode: 202 })
    await world.drain()
    const links = await Array.fromAsync(world.links.listLinks())
    const held = [world.sandboxes.notchpay, world.sandboxes.wooshpay].flatMap(({ sandbox }) =>
      sandbox.records(),
    )
    expect(held.length).toBeGreaterThan(10)
    const linkedIds = links.flatMap(({ state, providerCustomerId }) =>
      state === 'linked' ? providerCustomerId : [],
    )
    expect(new Set(linkedIds).size).toBe(linkedIds.length)

    world.resetCounts()
    for (const sample of samples) await world.post({ ...sample, records: [] })
    await world.drain()
    const writes = [world.sandboxes.notchpay, world.sandboxes.wooshpay].flatMap(({ ledger }) =>
      ledger.filter(({ method }) => method !== 'GET'),
    )
    expect(writes).toEqual([])
  }, 60_000)

  it('leaves no personal data and no secret in any log line, metric, link or dead letter', async () => {
    const crm = samples.flatMap(({ body, records }) => [JSON.parse(Buffer.from(body).toString()), records])
    const texts = [...new Set([...personalTexts(crm), ...Object.values(process.env).filter(isSecret)])]
    expect(texts.length).toBeGreaterThan(100)
    const links = JSON.stringify(await Array.fromAsync(world.links.listLinks()))
    const letters = JSON.stringify(await world.deadLetters())
    expect(letters).toContain('CONTACT_MISSING')
    const logged = lines.join('')
    expect(logged).toContain('customer created')
    const leaks = texts.filter((text) =>
      [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text)].some(
        (form) => logged.includes(form) || links.includes(form) || letters.includes(form),
      ),
    )
    expect(leaks).toEqual([])
  })
})

function isSecret(value: string | undefined): value is string {
  return value?.includes('functions') === true && !value.includes('/')
}
