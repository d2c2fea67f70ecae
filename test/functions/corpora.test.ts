import fc from 'fast-check'
import type { SourceName } from '../../lib/core/model/change.ts'
import { WebhookRejected } from '../../lib/core/model/errors.ts'
import { findSamples, type Sample } from '../../lib/operator/samples/samples.ts'
import { signSample } from '../../lib/operator/samples/sign-sample.ts'
import { customerRequestSchema as notchpaySchema } from '../../lib/providers/notchpay/schemas.ts'
import { customerRequestSchema as wooshpaySchema } from '../../lib/providers/wooshpay/schemas.ts'
import { sourceNames } from '../../lib/sources/registry.ts'
import { aRequest, bytes, rejectionOf, thrownBy } from '../sources/requests.ts'
import { answersOf, aSource, canSign, encodingOf, halvesOf, publicUrl } from '../support/a-source.ts'
import { hardStrings, jsonCases, naughtyStrings } from '../support/corpora.ts'
import { anyDamage } from '../support/damage.ts'
import { fatesOf } from '../support/fates.ts'
import { aSample, type FunctionWorld, secrets, startFunctionWorld } from '../support/function-world.ts'
import { webhookWithText } from '../support/webhook-with-text.ts'

/** Published lists of bad input, and corrupted events, through the real functions, from the webhook to the provider. */
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
  world.processed.length = 0
})

const strings = [...hardStrings, ...naughtyStrings]

describe.each(sourceNames)('as the body of a %s webhook', (source) => {
  const { door } = aSource(source)
  const { ignored, unreadable } = answersOf(source)
  const { headers } = aSample(`${source}/${halvesOf(source).offline.contract.followed}`)
  const takesEmptyBatch = async () =>
    (await rejectionOf(() => door?.readChanges(aRequest({ headers, body: bytes('[]') })))) === undefined
  // The hard texts go to each source, and every other one to one of them: they share the parsers.
  const turn = sourceNames.indexOf(source)
  const others = [...jsonCases.map(({ input }) => input), ...naughtyStrings]
  const bodies = [...hardStrings, ...others.filter((_, index) => index % sourceNames.length === turn)]

  it('a corpus text without a signature is answered 401', async () => {
    for (const body of bodies) {
      const unsigned = { headers: {}, rawQueryString: '', body, isBase64Encoded: false }
      expect(await world.post(withBody(source, body), unsigned)).toMatchObject({ statusCode: 401 })
    }
    expect([...world.sqs.operations, ...world.dynamodb.operations]).toEqual([])
  })

  it(`an authentic corpus text is answered ${unreadable} with a single line, and nothing is enqueued`, async () => {
    for (const body of bodies) {
      const answer = await world.post(withBody(source, body))
      // An empty batch is valid.
      const expected = body.trim() === '[]' && (await takesEmptyBatch()) ? ignored : unreadable
      const isSigned = canSign(source, bytes(body))
      const status = isRefusedUnread(source, body) ? 400 : isSigned ? expected : 401
      expect([body, answer.statusCode]).toEqual([body, status])
      if (Number(answer.statusCode) >= 400) expect(answer.body).toMatch(/^[^\n]+\n$/)
    }
    expect([...world.sqs.operations, ...world.dynamodb.operations]).toEqual([])
  })
})

/** Bodies that were sent to Notch Pay and to WooshPay. A CRM without countries reaches one of them only. */
const sentInAll = [0, 0]

describe.each(sourceNames)('in every field of a customer in %s', (source) => {
  // Every text goes through one of the sources, the hard ones through each.
  const turn = sourceNames.indexOf(source)
  const mine = strings.filter(
    (text, index) => hardStrings.includes(text) || index % sourceNames.length === turn,
  )

  it('every corpus text reaches the provider as valid data, or is rejected with a reason; nothing is lost', async () => {
    for (const [index, text] of mine.entries()) {
      // Most are routed by country, the others by whatever their text implies; some have no better e-mail.
      const country = ['CM', 'PH', text][index % 3] ?? ''
      const email = index % 4 === 0 ? text : `text.${index}@example.cm`
      const answer = await world.post(webhookWithText(source, { text, email, country, id: 880_000 + index }))
      expect([text, answer.statusCode]).toEqual([text, answersOf(source).queued])
    }
    await world.drainFully()
    // What a source looks up first is queued as a related record, and then as a record.
    const records = world.processed.filter((body) => JSON.parse(body).kind !== 'related')
    expect(records).toHaveLength(mine.length)
    const sent = [countOfValidBodies('notchpay'), countOfValidBodies('wooshpay')] as const
    expect(sent[0] + sent[1]).toBeGreaterThan(mine.length / 2)
    sentInAll.forEach((count, index) => {
      sentInAll[index] = count + (sent[index] ?? 0)
    })
    const fates = await fatesWithoutLoss()
    const kept = fates.filter(({ fate }) => fate === 'kept')
    expect(kept.length).toBeGreaterThan(mine.length * 0.9)
    const fixable = ['CONTACT_MISSING', 'EMAIL_TOO_LONG', 'REFUSED_BY_PROVIDER']
    for (const { code } of fates) if (code) expect(fixable).toContain(code)
  })
})

it('both providers got many of these texts', () => {
  for (const count of sentInAll) expect(count).toBeGreaterThan(100)
})

describe('at the webhook endpoint', () => {
  it('corrupted real events are accepted or answered 400, and what was accepted is not lost', async () => {
    const samples = findSamples(['events']).filter(({ source }) => !sendsBeforeCommit(source))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...samples), anyDamage, async (sample, damage) => {
        const body = damage(sample.body, encodingOf(sample))
        const answer = await world.post({ ...sample, body })
        expect(answersTo(sample.source, body)).toContain(answer.statusCode)
      }),
      { numRuns: 500 },
    )
    await world.drainFully()
    expect(world.processed.length).toBeGreaterThan(25)
    countOfValidBodies('notchpay')
    countOfValidBodies('wooshpay')
    await fatesWithoutLoss()
  })

  it('any JSON and any bytes are accepted or answered 400', async () => {
    const anyBody = fc.oneof(
      fc.json({ depthSize: 'large' }).map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...sourceNames), anyBody, async (source, body) => {
        const answer = await world.post({ ...sampleOf(source), body })
        expect(answersTo(source, body)).toContain(answer.statusCode)
      }),
      { numRuns: 500 },
    )
  })

  it('corrupted events of a CRM that sends before it commits are accepted or answered 400', async () => {
    // They are not drained: a record that does not exist is tried again for two minutes.
    const samples = findSamples(['events']).filter(({ source }) => sendsBeforeCommit(source))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...samples), anyDamage, async (sample, damage) => {
        const body = damage(sample.body, encodingOf(sample))
        const answer = await world.post({ ...sample, body })
        expect(answersTo(sample.source, body)).toContain(answer.statusCode)
      }),
      { numRuns: 100 },
    )
  })
})

const sendsBeforeCommit = (source: SourceName) => aSource(source).sendsBeforeCommit === true
const sampleOf = (source: SourceName) => aSample(`${source}/${halvesOf(source).offline.contract.followed}`)
/** A body may be refused before it is read, such as XML with a document type. */
function isRefusedUnread(source: SourceName, body: string): boolean {
  const { query, headers } = signSample(withBody(source, body), { variables: secrets, publicUrl })
  const request = aRequest({ body: bytes(body), query, headers, receivedAt: new Date() })
  const error = thrownBy(() => aSource(source).door?.verify(request))
  return error instanceof WebhookRejected && error.status === 400
}
const answersTo = (source: SourceName, body: Uint8Array) =>
  canSign(source, body) ? [...Object.values(answersOf(source)), 400] : [401]
const withBody = (source: SourceName, body: string): Sample => ({
  ...sampleOf(source),
  body: Buffer.from(body),
  records: [],
})

const schemas = { notchpay: notchpaySchema, wooshpay: wooshpaySchema }

/** Everything that was sent to a provider is JSON with well-formed lines within the provider's limits. */
function countOfValidBodies(name: keyof typeof schemas): number {
  const sent = world
    .sandboxOf(name)
    .ledger.filter(({ method }) => method === 'POST')
    .map(({ body }) => body)
  const wrong = sent.filter((body) => {
    const valid = schemas[name].safeParse(JSON.parse(body)).success
    return !valid || !textsIn(JSON.parse(body)).every((text) => text.isWellFormed() && !/\p{Cc}/u.test(text))
  })
  expect(wrong).toEqual([])
  return sent.length
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => [key, ...textsIn(item)])
}

/** The fate of each record; fails when it is unknown, or when an error was not an expected one. */
async function fatesWithoutLoss() {
  const fates = await fatesOf(world)
  expect(fates.filter(({ fate }) => fate === 'lost')).toEqual([])
  expect(lines.filter((line) => /"(UNEXPECTED|MESSAGE_UNREADABLE)"/.test(line))).toEqual([])
  return fates
}
