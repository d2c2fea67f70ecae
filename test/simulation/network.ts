import { RetryLater } from '../../lib/core/model/errors.ts'
import type { HttpRequest, HttpResponse } from '../../lib/support/http.ts'
import { actorName, crashPoint } from './invocation.ts'
import { type ApiRequest, type ApiResponse, crmRecordOf } from './provider-api.ts'
import { type Run, theRun } from './run.ts'
import type { FaultName } from './weather.ts'

export { retryAfterSeconds } from '../../lib/support/retry-after.ts'

/** Who answers at a host, and what ails it at this moment. */
export type Service = {
  readonly name: string
  readonly hosts: readonly string[]
  handle(request: ApiRequest): ApiResponse
  readonly faults: readonly FaultName[]
  /** A fault of the whole service or of this request, whatever the weather. */
  ailment(request: ApiRequest): FaultName | undefined
}

/** How one call goes: whether and when the work is done, and what the caller sees of it. */
type Course = {
  readonly commitsAfter: number | null
  readonly takes: number
  readonly shows:
    | 'its answer'
    | 'timeout'
    | 'reset'
    | 'unreachable'
    | ((done: ApiResponse | undefined) => ApiResponse)
}

const timeoutMillis = 10_000
const html = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<html><body>Welcome</body></html>',
}

/** Errors quote what they were sent, as such APIs do. */
const failed = (status: number, request: ApiRequest): ApiResponse => ({
  status,
  body: { message: `Server error near ${JSON.stringify(request.body)}` },
})

const courses: Partial<Record<FaultName, (request: ApiRequest, run: Run) => Course>> = {}
const define = (suffixes: readonly FaultName[], course: (request: ApiRequest, run: Run) => Course) => {
  for (const name of suffixes) courses[name] = course
}
define(['provider.unreachable', 'crm.unreachable'], () => course(null, 200, 'unreachable'))
define(['provider.throttled', 'crm.throttled'], (_, { random }) => {
  const headers = random.chance(0.7) ? { 'retry-after': String(random.between(1, 90)) } : {}
  return course(null, 50, () => ({ status: 429, headers, body: { message: 'slow down' } }))
})
define(['provider.fails', 'crm.fails'], (request, { random }) =>
  course(null, 100, () => failed(random.pick([500, 502, 503, 408]), request)))
define(['provider.failsAfterCommit'], (request, { random }) =>
  course(50, 100, () => failed(random.pick([500, 502, 503, 504]), request)))
define(['provider.resets'], () => course(null, 300, 'reset'))
define(['provider.resetsAfterCommit'], () => course(50, 300, 'reset'))
define(['provider.hangs', 'crm.hangs'], () => course(null, timeoutMillis, 'timeout'))
define(['provider.hangsAfterCommit'], () => course(50, timeoutMillis, 'timeout'))
define(['provider.commitsLate'], (request, run) => {
  // A gateway may give up on a request that is still carried out behind it.
  const early: readonly [Course, ...Course[]] = [
    course(null, 300, 'reset'),
    course(null, 300, () => failed(502, request)),
    course(null, 300, () => failed(504, request)),
  ]
  const shown = run.random.chance(0.5) ? run.random.pick(early) : course(null, timeoutMillis, 'timeout')
  const latest = latestCommit(request, run)
  return { ...shown, commitsAfter: run.random.between(Math.min(shown.takes, latest), latest) }
})
define(['provider.garbageAfterCommit', 'crm.garbage'], (_, { random }) =>
  course(50, 100, (done) =>
    random.chance(0.5) ? html : { status: done?.status ?? 200, body: '{"customer":' },
  ))
define(['provider.slow'], (_, { random }) => {
  const takes = random.between(1000, 9000)
  return course(takes / 2, takes, 'its answer')
})
define(['provider.down', 'crm.down'], (request, { random }) =>
  random.pick([
    course(null, 100, () => failed(503, request)),
    course(null, 100, () => failed(502, request)),
    course(null, 200, 'unreachable'),
    course(null, timeoutMillis, 'timeout'),
  ]))
define(['provider.keyRefused'], () => course(null, 50, () => ({ status: 401, body: { message: 'bad key' } })))
define(['provider.firewall'], () => course(null, 50, () => ({ ...html, status: 403 })))

/** What a provider carries out later than this nobody can wait for: a create until its claim's lease is over. */
function latestCommit({ body }: ApiRequest, { table, scheduler }: Run): number {
  const record = crmRecordOf(body)?.replace(':', '/')
  const leases = table.query(record ?? '').flatMap((link) => link['claim']?.M?.['leaseUntil']?.S ?? [])
  const left = Math.min(...leases.map((time) => Date.parse(time) - scheduler.now()).filter((it) => it > 0))
  return Math.max(timeoutMillis, Math.min(60_000, left - 500))
}

function course(commitsAfter: number | null, takes: number, shows: Course['shows']): Course {
  return { commitsAfter, takes, shows }
}

/** Replaces lib/support/http.ts: the same answers and errors, from the run's services. */
export async function sendRequest(request: HttpRequest): Promise<HttpResponse> {
  const run = theRun()
  const url = new URL(request.url)
  await crashPoint()
  const call: ApiRequest = {
    method: request.method,
    url,
    headers: request.headers ?? {},
    body: parsed(request.body),
    text: request.body ?? '',
    sender: actorName(),
    sentAt: run.scheduler.now(),
  }
  const service = serviceOf(url, run)
  const { fault, commitsAfter, takes, shows } = plan(service, call, run)
  let done: ApiResponse | undefined
  const commit = () => {
    done = service.handle(call)
    const trouble = fault ? ` (${fault})` : ''
    const what = call.method === 'GET' ? '' : ` ${describe(call)}`
    run.history.tell(
      service.name,
      `${call.sender}: ${call.method} ${url.pathname}${what} → ${done.status}${trouble}`,
    )
  }
  if (commitsAfter !== null) run.scheduler.after(commitsAfter, commit)
  else
    run.history.tell(
      service.name,
      `${call.sender}: ${call.method} ${url.pathname} not carried out (${fault})`,
    )
  await run.scheduler.sleep(Math.max(takes, shows === 'its answer' ? (commitsAfter ?? 0) + 1 : 0))
  await crashPoint()
  if (shows === 'its answer') return toHttp(done ?? html)
  if (typeof shows === 'function') return toHttp(shows(done))
  throw failureOf(shows, request, url)
}

/** Some CRMs take forms. */
function parsed(body: string | undefined): ApiRequest['body'] {
  return body?.startsWith('{') ? JSON.parse(body) : {}
}

function plan(service: Service, call: ApiRequest, run: Run): Course & { readonly fault?: FaultName } {
  const ailment = service.ailment(call)
  const fault = ailment ?? service.faults.find((name) => courses[name] && run.weather.strikes(name))
  const planned = fault && courses[fault]
  if (fault && planned) {
    const it = planned(call, run)
    if (call.method !== 'GET' && it.commitsAfter !== null && it.shows !== 'its answer')
      run.count('answer lost')
    return { ...it, fault }
  }
  const takes = run.random.between(20, 400)
  return course(takes / 2, takes, 'its answer')
}

/** As lib/support/http.ts says it. */
function failureOf(kind: 'timeout' | 'reset' | 'unreachable', { method }: HttpRequest, url: URL): RetryLater {
  const sent = kind !== 'unreachable'
  const ambiguous = sent && method !== 'GET'
  const why = kind === 'timeout' ? 'no complete answer in time' : 'the connection failed (ECONNRESET)'
  return new RetryLater(
    kind === 'timeout' ? 'TIMEOUT' : 'NETWORK',
    `${method} ${url.host}: ${why}; it will be retried`,
    {
      ambiguous,
      counts: sent,
    },
  )
}

function toHttp({ status, headers = {}, body }: ApiResponse): HttpResponse {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { status, headers: { 'content-type': 'application/json', ...headers }, text }
}

function serviceOf(url: URL, run: Run): Service {
  const found = run.services.find(({ hosts }) => hosts.includes(url.host))
  if (!found) throw new Error(`nobody answers at ${url.host} in this simulation`)
  return found
}

function describe({ body }: ApiRequest): string {
  const name = (body as { name?: unknown }).name
  const record = (body as { metadata?: { crm_record?: string } }).metadata?.crm_record
  return [record, name].filter(Boolean).join(' ')
}
