import { type LogQuery, logQueries } from '../../lib/cloud/log-queries.ts'
import { Misconfigured, Rejected, RetryLater } from '../../lib/core/model/errors.ts'
import type { Log } from '../../lib/core/ports/observers.ts'
import { receiveChanges } from '../../lib/core/receiving/receive-changes.ts'
import { reconcile } from '../../lib/core/reconciling/reconcile.ts'
import { fakeSealer } from '../fakes/sealer.ts'
import { fakeSource } from '../fakes/source.ts'
import { fakeWalks } from '../fakes/walks.ts'
import { aChange, aCustomer, aWorld, crmTime, ref } from '../fakes/world.ts'
import { captureLog } from '../support/captured-log.ts'

type Line = Readonly<Record<string, unknown>>

/** One accepted and one refused webhook. */
async function receive(log: Log): Promise<void> {
  const source = fakeSource()
  const deps = {
    isSource: (name: string) => name === 'hubspot',
    source: async () => source,
    sealer: fakeSealer(),
    queue: { send: async () => {} },
    log,
    metrics: { count: () => {}, measure: () => {} },
  }
  const changes = [{ ...ref, kind: 'changed', eventId: 'e1' }]
  for (const signature of ['good', 'bad']) {
    await receiveChanges(
      'hubspot',
      {
        method: 'POST',
        path: '/webhooks/hubspot',
        query: '',
        headers: { signature, 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify({ changes, ignored: 0 })),
        receivedAt: new Date(crmTime(0)),
      },
      deps,
    )
  }
}

/** A customer that is created, one that is refused, and two whose provider refuses our key and is paused. */
async function sync(log: Log): Promise<void> {
  const world = aWorld({ log })
  for (const recordId of ['501', '502', '503', '504']) {
    world.source.put({ ...ref, recordId }, aCustomer(), crmTime(0))
  }
  await world.sync(aChange({ eventId: 'e1' }))
  world.notchpay.failNext('create', new Rejected('REFUSED_BY_PROVIDER', 'no'))
  await world.sync(aChange({ recordId: '502' }))
  world.notchpay.failNext('create', new Misconfigured('KEY_REFUSED', 'the key is refused'))
  await world.sync(aChange({ recordId: '503' }))
  await world.sync(aChange({ recordId: '504' }))
}

/** One CRM whose changes are listed, and one that is down. */
async function list(log: Log): Promise<void> {
  const source = async (name: string) => ({
    ...fakeSource(),
    name,
    async listChanged() {
      if (name === 'pipedrive') throw new RetryLater('CRM_UNAVAILABLE', 'it is down')
      return { refs: [ref], cursor: null, completeUntil: crmTime(1) }
    },
  })
  const deps = {
    sources: async () => ['hubspot', 'pipedrive'],
    source,
    store: fakeWalks(),
    queue: { send: async () => {} },
    countWaiting: async () => 0,
    linkedRecords: async () => ({ refs: [], cursor: null }),
    clock: { now: () => new Date(crmTime(0)) },
    newId: () => 'walk-1',
    log,
    metrics: { count: () => {}, measure: () => {} },
  }
  for (let run = 0; run < 2; run += 1) await reconcile(() => 300_000, deps)
}

let lines: readonly Line[]
beforeAll(async () => {
  lines = await captureLog(async (log) => {
    await receive(log)
    await sync(log)
    await list(log)
  }, 'request-1')
})

/** The query's commands, with their quoted texts and patterns taken out. */
const commandsOf = (text: string) => text.replace(/"[^"]*"|\/"[^"]*"\//g, '').split('\n| ')

/** The fields of log lines that a query reads; `@…` are CloudWatch's own. An array is read by position, as `eventIds.0`. */
function fieldsOf({ text }: LogQuery): readonly string[] {
  const named = commandsOf(text).flatMap((command) =>
    [...command.matchAll(/(?<![\w@.])[a-z]\w*(?:\.\d+)?(?!\w|\()/gi)].map(([name]) => name),
  )
  const aliases = [...text.matchAll(/ as (\w+)/g)].map(([, alias]) => alias)
  const words = ['fields', 'filter', 'stats', 'sort', 'limit', 'as', 'by', 'in', 'like', 'and', 'asc', 'desc']
  return named.filter((name) => !words.includes(name) && !aliases.includes(name))
}

/** The lines that pass the comparisons of the query's filter. */
function found({ text }: LogQuery): readonly Line[] {
  const filter = commandsOf(text).findIndex((command) => command.startsWith('filter'))
  const command = text.split('\n| ')[filter] ?? ''
  const wanted = [...command.matchAll(/(\w+) (?:=|in) (\[[^\]]*\]|"[^"]*")/g)].map(
    ([, field = '', values = '']) => [field, [JSON.parse(values)].flat()] as const,
  )
  return lines.filter((line) => wanted.every(([field, values]) => values.includes(line[field])))
}

const byMessage = Object.entries(logQueries).filter(([id]) => id !== 'customer' && id !== 'request')

describe('a saved query', () => {
  it.each(Object.values(logQueries))('$title reads fields that the functions log', (query) => {
    const logged = new Set(lines.flatMap(Object.keys))
    const names = fieldsOf(query).map((name) => name.replace(/\.0$/, ''))
    expect(names.filter((name) => !logged.has(name))).toEqual([])
  })

  it.each(byMessage)('%s finds lines, and groups them by fields that these have', (_, query) => {
    const matching = found(query)
    expect(matching).not.toEqual([])
    const [, grouped = ''] = query.text.match(/ by (.*)/) ?? []
    const names = grouped.split(', ').map((name) => name.replace(/\.0$/, ''))
    const present = new Set(matching.flatMap(Object.keys))
    expect(names.filter((name) => !present.has(name))).toEqual([])
  })

  it('for a failure finds the code of each, and the pause that holds a change', () => {
    expect(new Set(found(logQueries.failures).map(({ code }) => code))).toEqual(
      new Set(['REFUSED_BY_PROVIDER', 'KEY_REFUSED', 'PROVIDER_PAUSED']),
    )
    expect(found(logQueries.paused)).toMatchObject([
      { recordId: '504', reason: expect.stringMatching(/^notchpay is paused until \S+ after KEY_REFUSED$/) },
    ])
  })

  it('for a customer or a request finds every line by its id in quotation marks', () => {
    expect(logQueries.customer.text).toMatch(/@message like \/"[\w-]+"\/\n/)
    const ofRecord = lines.filter((line) => JSON.stringify(line).includes('"501"'))
    expect(ofRecord.map(({ message }) => message)).toEqual(['change queued', 'customer created'])
    expect(lines.filter(({ requestId }) => requestId !== 'request-1')).toEqual([])
  })
})
