import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { deployedPlace } from '../../lib/console/state/place.ts'
import type { CustomerChange } from '../../lib/core/model/change.ts'
import { newLink } from '../../lib/core/model/link.ts'
import type { ProviderCustomerId } from '../../lib/core/model/provider.ts'
import { stageOfStack } from '../../lib/operator/stage/local-stage.ts'
import { aSite, type TestSite } from './a-site.ts'

const ref = (recordId: string) =>
  ({ source: 'hubspot', account: '48213377', recordType: 'contact', recordId }) as const
const recordPath = (recordId: string) => `/records/hubspot/48213377/contact/${recordId}`

let it_: TestSite
beforeAll(async () => {
  it_ = await aSite()
})
afterAll(() => it_.close())

const read = async (path: string) => {
  const response = await it_.ask(path)
  return { status: response.status, text: await response.text(), location: response.headers.get('location') }
}

async function saveLinks(count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, index) => index)
  await Promise.all(
    numbers.map((number) =>
      it_.stack.links.saveLink({
        ...newLink(ref(`${1000 + number}`), number % 2 ? 'notchpay' : 'wooshpay', 'test'),
        state: number === 77 ? 'undecided' : 'linked',
        candidates: number === 77 ? ['cus_x', 'cus_y'] : [],
        providerCustomerId: number === 77 ? null : (`cus_${number}` as ProviderCustomerId),
      }),
    ),
  )
}

describe('links', () => {
  beforeAll(() => saveLinks(130))

  it('are paged: every link is on one page, and no page reads the whole table', async () => {
    const seen: string[] = []
    let path = '/links'
    for (;;) {
      const { text } = await read(path)
      const found = [...text.matchAll(/href="\/records\/hubspot\/48213377\/contact\/(\d+)"/g)]
      expect(found.length).toBeLessThanOrEqual(50)
      seen.push(...found.map(([, id = '']) => id))
      const next = /rel="next" href="([^"]+)"/.exec(text)?.[1]
      if (!next) break
      path = next.replaceAll('&amp;', '&')
    }
    expect(new Set(seen).size).toBe(130)
    expect(seen).toHaveLength(130)
  })

  it('are filtered by state and provider', async () => {
    const { text } = await read('/links?state=undecided&provider=notchpay')
    expect(
      [...text.matchAll(/href="\/records\/hubspot\/48213377\/contact\/(\d+)"/g)].map(([, id]) => id),
    ).toEqual(['1077'])
    expect(text).toContain('2 candidates')
  })

  it('are found by the id of the record or of the customer, and lead to the page of the record', async () => {
    expect(await read('/find?q=1005')).toMatchObject({ status: 303, location: recordPath('1005') })
    expect(await read('/find?q=cus_6')).toMatchObject({ status: 303, location: recordPath('1006') })
    expect((await read('/find?q=nobody')).text).toContain('Nothing found')
    expect(await read('/find?q=%20')).toMatchObject({ status: 303, location: '/links' })
  })

  it.each([
    ['/links?cursor=nonsense', 200, 'this is no cursor of a page of links'],
    ['/links?state=lost', 422, 'state: expected creating, linked'],
    ['/activity?outcome=lost', 422, 'outcome: expected created'],
    ['/?range=9y', 422, 'range: expected 15m, 1h, 24h, 7d'],
    ['/nowhere', 404, 'There is no such page'],
    ['/dead-letters/unknown', 404, 'No such dead letter'],
    ['/dead-letters/cause?of=unknown', 404, 'No dead letters of this cause'],
    ['/jobs/unknown', 404, 'No such job'],
    [`${recordPath('unknown')}?part=record`, 200, 'Nothing is known of this record'],
    ['/records/hubspot/1/person/1', 404, 'There is no such page'],
    ['/try-it/requests', 200, 'No requests yet'],
    ['/try-it/sent/unknown', 200, 'This is not known any more'],
    ['/try-it?sample=unknown', 422, 'there is no such sample'],
  ])('%s is answered with %i and a plain message', async (path, status, message) => {
    const answer = await read(path)
    expect([answer.status, answer.text.includes(message)]).toEqual([status, true])
  })

  it('refuses what may not be done, in the words of the commands', async () => {
    const response = await it_.act('/links/forget', { ...ref('1005'), provider: 'notchpay', mode: 'test' })
    const { text } = await read(response.headers.get('location') ?? '')
    expect(text).toContain('LINK_IN_USE')
    expect(await it_.stack.links.findLinks(ref('1005'))).toHaveLength(1)
  })

  it('forgets an undecided link, which is then no decision any more', async () => {
    expect((await read('/decisions')).text).toContain('contact 1077')
    const response = await it_.act('/links/forget', { ...ref('1077'), provider: 'notchpay', mode: 'test' })
    expect((await read(response.headers.get('location') ?? '')).text).toContain('forgot notchpay (test)')
    expect((await read('/decisions')).text).toContain('Nothing to decide')
  })

  it.each(['/links/attach', '/links/forget', '/links/sync'])(
    '%s without a record is refused',
    async (path) => {
      const response = await it_.act(path, { source: 'hubspot' })
      expect([response.status, await response.text()]).toEqual([
        422,
        expect.stringContaining('names no record'),
      ])
    },
  )
})

describe('dead letters', () => {
  const aChange = (recordId: string): CustomerChange => ({
    ...ref(recordId),
    v: 1,
    kind: 'changed',
    eventId: `event-${recordId}`,
    receivedAt: '2026-03-01T08:00:00.000Z',
  })
  const aFailure = (code: string, retryable: boolean) => ({
    code,
    reason: 'the provider said no',
    field: 'email',
    attempts: 8,
    firstFailedAt: '2026-03-01T08:00:00.000Z',
    retryable,
    provider: 'notchpay' as const,
  })

  const untilRead = async () => {
    await it_.act('/dead-letters/look')
    while (it_.site.jobs.running('dead letters')) await new Promise((resolve) => setImmediate(resolve))
    return (await read('/dead-letters')).text
  }

  beforeAll(async () => {
    const ids = Array.from({ length: 120 }, (_, index) => `${5000 + index}`)
    for (const id of ids)
      await it_.stack.deadLetters.park(aChange(id), aFailure('REFUSED_BY_PROVIDER', false))
    await it_.stack.deadLetters.park(aChange('6000'), aFailure('PROVIDER_UNAVAILABLE', true))
  })

  it('are grouped by cause, those that need a person first, with the count on each button', async () => {
    const text = await untilRead()
    expect(text.indexOf('REFUSED_BY_PROVIDER')).toBeLessThan(text.indexOf('PROVIDER_UNAVAILABLE'))
    expect(text).toContain('Redrive all 121')
    expect(text).toContain('>Redrive 120<')
    expect(text).toContain('>Drop 120…<')
    expect(text).toMatch(/retried automatically(,| from)/)
    expect(text).toContain('The oldest 5 of 120')
  })

  it('of one cause are paged', async () => {
    const pages = await Promise.all(
      ['1', '2', '9'].map((page) =>
        read(`/dead-letters/cause?of=${encodeURIComponent('notchpay REFUSED_BY_PROVIDER')}&page=${page}`),
      ),
    )
    const rows = pages.map(({ text }) => [...text.matchAll(/href="\/dead-letters\/[0-9a-f]{32}"/g)].length)
    expect(rows).toEqual([100, 20, 20])
  })

  it('show everything but data of the customer, and are found by their id', async () => {
    const [, id = ''] = /href="\/dead-letters\/([0-9a-f]{32})"/.exec(await untilRead()) ?? []
    const { text } = await read(`/dead-letters/${id}`)
    expect(text).toContain('REFUSED_BY_PROVIDER')
    // As typed: under npm, the suggested command is an npm script.
    expect(text).toMatch(new RegExp(`dead-letters (-- )?redrive ${id}`))
    expect((await read(`/find?q=${id}`)).location).toMatch(/^\/records\/hubspot\/48213377\/contact\/50\d\d$/)
  })

  it('are not dropped all at once, and not without a cause that exists', async () => {
    expect((await it_.act('/dead-letters/drop', { all: 'yes' })).status).toBe(422)
    expect((await it_.act('/dead-letters/drop', { cause: 'unknown' })).status).toBe(422)
    expect((await it_.act('/dead-letters/redrive', { id: 'unknown' })).status).toBe(422)
  })

  it('are dropped by cause, by a job that says how many', async () => {
    const response = await it_.act('/dead-letters/drop', { cause: 'notchpay REFUSED_BY_PROVIDER' })
    const job = response.headers.get('location') ?? ''
    expect(job).toMatch(/^\/jobs\/[0-9a-f]{8}$/)
    while (it_.site.jobs.running('dead letters')) await new Promise((resolve) => setImmediate(resolve))
    expect((await read(job)).text).toContain('120 dead letters dropped')
    const { text } = await read('/dead-letters')
    expect(text).not.toContain('REFUSED_BY_PROVIDER')
    expect(text).toContain('PROVIDER_UNAVAILABLE')
  })
})

describe('a store that does not answer', () => {
  let silent: Server
  let slow: TestSite
  beforeAll(async () => {
    silent = createServer(() => {}).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    slow = await aSite({}, { dynamodbUrl: url, sqsUrl: url })
  })
  afterAll(async () => {
    silent.close()
    silent.closeAllConnections()
    await slow.close()
  })

  it.each(['/links', '/decisions', '/find?q=1'])(
    '%s is shown at once, and asks for its list again',
    async (path) => {
      const text = await (await slow.ask(path)).text()
      expect(text).toContain('aria-busy="true"')
      expect(text).toMatch(/hx-get="[^"]*part=[a-z]+"/)
      expect(text).toContain('</html>')
    },
  )

  it('the overview is shown at once too', async () => {
    const text = await (await slow.ask('/')).text()
    expect(text).toContain('Overview')
    expect(text).toContain('</html>')
  })
})

describe('a local stack that has ended', () => {
  it('is said on each page, and its pages come back when it is started again', async () => {
    const { info } = it_.stack
    let stack: typeof info | null = null
    const gone = await aSite({}, {}, () => stack)
    for (const path of ['/links', '/decisions', '/find?q=1']) {
      expect(await (await gone.ask(path)).text()).toContain(
        'the local stack is not running: start it with npm start',
      )
    }
    stack = info
    expect(await (await gone.ask('/links')).text()).toContain('contact 1000')
    await gone.close()
  })
})

describe('the stream of updates of the overview', () => {
  it('sends links that lead to pages, not to the stream', async () => {
    const { body } = await it_.ask('/live/overview')
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (reader && !text.includes('ov-outcomes')) text += (await reader.read()).value ?? ''
    await reader?.cancel()
    expect(text).toContain('href="/?range=24h"')
    expect(text).not.toContain('href="/live')
  })
})

describe('a deployed stage', () => {
  it('has nothing to try, and reads its dead letters only when it is asked to', async () => {
    const stage = { ...stageOfStack(it_.stack.info), name: 'prod', logs: null }
    const deployed = await aSite({}, {}, undefined, deployedPlace(stage, { stage: 'prod' }))
    const ask = async (path: string) => (await deployed.ask(path)).text()
    expect(await ask('/links')).not.toContain('href="/try-it"')
    expect(await ask('/try-it')).toContain('a deployed stage has no sandboxes')
    expect(await ask('/dead-letters')).toContain('Not read yet')
    expect(deployed.site.deadLetters.latest()).toBeNull()
    await deployed.act('/dead-letters/look')
    while (deployed.site.jobs.running('dead letters')) await new Promise((resolve) => setImmediate(resolve))
    const text = await ask('/dead-letters')
    const [, id = ''] = /href="\/dead-letters\/([0-9a-f]{32})"/.exec(text) ?? []
    expect(await ask(`/dead-letters/${id}`)).toMatch(
      new RegExp(`dead-letters (-- )?redrive ${id} --stage prod`),
    )
    expect(await ask('/activity')).toContain('This stage keeps no log')
    await deployed.close()
  })
})
