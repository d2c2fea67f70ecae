import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type LoggedEvent, MalformedQuery, runQuery } from './insights.ts'

type Json = Readonly<Record<string, unknown>>
/** A value of a metric with its dimensions as `Name=value`. */
type Measured = {
  readonly metric: string
  readonly dimension: string
  readonly stat: string
  readonly period: number
  readonly at: number
  readonly value: number
}

export type FakeCloudWatch = {
  readonly url: string
  readonly requests: { readonly operation: string; readonly body: Json }[]
  readonly events: LoggedEvent[]
  readonly measured: Measured[]
  /** Operations that the caller may not do. */
  readonly denied: Set<string>
  close(): void
}

/** A bad request, by the name that AWS gives to it. */
class Refused extends Error {}

/**
 * CloudWatch Logs and metrics over their real protocols, because there is no embedded one. It is strict: a log group that does
 * not exist, and a query that it does not know, are refused. A page holds three lines, and a query is running when first asked.
 */
export async function startCloudWatch(groups: readonly string[]): Promise<FakeCloudWatch> {
  const queries = new Map<string, { readonly rows: Json[][]; asked: boolean }>()
  const check = (wanted: unknown) => {
    const names = wanted as string[]
    if (names.length === 0) throw new Refused('InvalidParameterException')
    if (names.some((name) => !groups.includes(name))) throw new Refused('ResourceNotFoundException')
    return names
  }

  const operations: Readonly<Record<string, (body: Json) => Json>> = {
    FilterLogEvents({ logGroupName, startTime = 0, nextToken = '0' }) {
      const [group] = check([logGroupName])
      const found = fake.events
        .map((event, index) => ({ ...event, eventId: String(index) }))
        .filter((event) => event.group === group && event.timestamp >= Number(startTime))
      const from = Number(nextToken)
      return {
        events: found.slice(from, from + 3).map(({ group: _, ...event }) => event),
        ...(found.length > from + 3 && { nextToken: String(from + 3) }),
      }
    },
    StartQuery({ logGroupNames, queryString, startTime, endTime }) {
      const names = check(logGroupNames)
      if (!Number.isInteger(startTime) || !(Number(startTime) < Number(endTime))) {
        throw new Refused('InvalidParameterException')
      }
      const events = fake.events.filter(
        ({ group, timestamp }) =>
          names.includes(group) &&
          timestamp >= Number(startTime) * 1000 &&
          timestamp <= Number(endTime) * 1000 + 999,
      )
      const queryId = `query-${queries.size}`
      queries.set(queryId, { rows: runQuery(String(queryString), events), asked: false })
      return { queryId }
    },
    GetQueryResults({ queryId }) {
      const query = queries.get(String(queryId))
      if (!query) throw new Refused('ResourceNotFoundException')
      const isFirst = !query.asked
      query.asked = true
      return isFirst ? { status: 'Running', results: [] } : { status: 'Complete', results: query.rows }
    },
    GetMetricData({ MetricDataQueries, StartTime, EndTime }) {
      const wanted = MetricDataQueries as {
        Id: string
        MetricStat: { Metric: Json; Stat: string; Period: number }
      }[]
      if (new Set(wanted.map(({ Id }) => Id)).size < wanted.length)
        throw new Refused('InvalidParameterValueException')
      return { MetricDataResults: wanted.map((query) => resultOf(query, Number(StartTime), Number(EndTime))) }
    },
  }
  const resultOf = (
    {
      Id,
      MetricStat: { Metric, Stat, Period },
    }: { Id: string; MetricStat: { Metric: Json; Stat: string; Period: number } },
    start: number,
    end: number,
  ): Json => {
    if (!/^[a-z]\w*$/.test(Id) || Period % 60 !== 0) throw new Refused('InvalidParameterValueException')
    const [dimension] = Metric['Dimensions'] as { Name: string; Value: string }[]
    const values = fake.measured.filter(
      (it) =>
        `${Metric['Namespace']}/${Metric['MetricName']}` === it.metric &&
        `${dimension?.Name}=${dimension?.Value}` === it.dimension &&
        [Stat, Period].join() === [it.stat, it.period].join() &&
        it.at >= start * 1000 &&
        it.at < end * 1000,
    )
    return { Id, Timestamps: values.map(({ at }) => at / 1000), Values: values.map(({ value }) => value) }
  }

  const answer = (res: ServerResponse, status: number, body: Json) =>
    res.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body))
  const server = createServer(async (req, res) => {
    const body = JSON.parse(Buffer.concat(await Array.fromAsync(req)).toString() || '{}') as Json
    const operation = String(req.headers['x-amz-target']).split('.').at(-1) ?? ''
    fake.requests.push({ operation, body })
    try {
      if (fake.denied.has(operation)) throw new Refused('AccessDeniedException')
      const run = operations[operation]
      if (!run) throw new Refused('UnknownOperationException')
      answer(res, 200, run(body))
    } catch (error) {
      if (error instanceof MalformedQuery) return void answer(res, 400, { __type: 'MalformedQueryException' })
      if (!(error instanceof Refused)) throw error
      answer(res, 400, { __type: error.message, message: error.message })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const fake: FakeCloudWatch = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    events: [],
    measured: [],
    denied: new Set(),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
  return fake
}
