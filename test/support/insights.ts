type Json = Readonly<Record<string, unknown>>
export type LoggedEvent = { readonly group: string; readonly timestamp: number; readonly message: string }

/** A query that the product does not use. */
export class MalformedQuery extends Error {}

/** Runs the commands of Logs Insights that the product uses. */
export function runQuery(text: string, events: readonly LoggedEvent[]): Json[][] {
  const parsed = events.map((event) => ({ ...event, line: parse(event.message) }))
  const [filter = '', ...others] = text.replace(/^fields @message, @log \| /, '').split(' | ')
  const kept = parsed.filter((event) => holds(filter.replace(/^filter /, ''), event))
  if (others.join(' | ') === 'stats latest(timestamp) as last by source') {
    const latest = new Map(
      kept.toSorted((a, b) => a.timestamp - b.timestamp).map(({ line }) => [line['source'], line]),
    )
    return [...latest].map(([source, line]) => [
      { field: 'source', value: source },
      { field: 'last', value: line['timestamp'] },
    ])
  }
  const limit = /^sort @timestamp desc \| limit (\d+)$/.exec(others.join(' | '))?.[1]
  if (limit === undefined) throw new MalformedQuery(text)
  return kept
    .toSorted((a, b) => b.timestamp - a.timestamp)
    .slice(0, Number(limit))
    .map(({ message, group }) => [
      { field: '@message', value: message },
      { field: '@log', value: `123456789012:${group}` },
      { field: '@ptr', value: 'pointer' },
    ])
}

type Event = { readonly message: string; readonly line: Json }

function holds(condition: string, event: Event): boolean {
  const either = /^\((.*)\)( and .*)?$/.exec(condition)
  if (either) {
    const [, first = '', rest = ''] = either
    return first.split(' or ').some((it) => holds(it, event)) && (rest === '' || holds(rest.slice(5), event))
  }
  return condition.split(/ and (?=[\w@]+(?:\(| = | like | in ))/).every((it) => holdsOne(it, event))
}

function holdsOne(condition: string, { message, line }: Event): boolean {
  const text = /^(@message like|\w+ =) ("(?:[^"\\]|\\.)*")$/.exec(condition)
  if (text) {
    const value: string = JSON.parse(text[2] ?? '""')
    return text[1] === '@message like' ? message.includes(value) : line[text[1]?.slice(0, -2) ?? ''] === value
  }
  const present = /^ispresent\((\w+)\)$/.exec(condition)?.[1]
  if (present) return line[present] !== undefined
  const list = /^message in (\[".*"\])$/.exec(condition)?.[1]
  if (list) return (JSON.parse(list) as unknown[]).includes(line['message'])
  throw new MalformedQuery(condition)
}

function parse(message: string): Json {
  try {
    return JSON.parse(message)
  } catch {
    return {}
  }
}
