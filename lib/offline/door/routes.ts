import type { FunctionDefinition } from '../serverless.ts'

/** A route of the HTTP API, declared by an `httpApi` event. */
export type Route = {
  /** In API Gateway's notation: `ANY /webhooks/{source}` or `$default`. */
  readonly key: string
  readonly functionName: string
}

export type RouteMatch = Route & {
  /** Decoded values of the path variables. */
  readonly pathParameters: Readonly<Record<string, string>>
}

/** Reads the routes that the functions declare. */
export function readRoutes(functions: readonly FunctionDefinition[]): readonly Route[] {
  return functions.flatMap(({ name, events = [] }) =>
    events.flatMap(({ httpApi }) =>
      httpApi === undefined ? [] : [{ key: routeKey(httpApi), functionName: name }],
    ),
  )
}

function routeKey(event: unknown): string {
  const { method, path } =
    typeof event === 'string' ? splitKey(event) : (event as { method?: string; path?: string })
  if (!path || path === '*') return '$default'
  return `${!method || method === '*' ? 'ANY' : method.toUpperCase()} ${path}`
}

function splitKey(key: string): { method?: string; path?: string } {
  const [method = '', path] = key.split(/\s+/)
  return path === undefined ? { path: method } : { method, path }
}

/**
 * Selects the most specific route for a request; null when none matches. Literal segments come before variables, those
 * before greedy variables (`{proxy+}`), a method before ANY, and `$default` comes last.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function matchRoute(routes: readonly Route[], method: string, rawPath: string): RouteMatch | null {
  const matches = routes.flatMap((route) => {
    const pathParameters = match(route.key, method, rawPath)
    return pathParameters ? [{ ...route, pathParameters }] : []
  })
  return matches.toSorted((a, b) => looseness(a.key).localeCompare(looseness(b.key)))[0] ?? null
}

function match(key: string, method: string, rawPath: string): Record<string, string> | null {
  if (key === '$default') return {}
  const [wanted, template = ''] = key.split(' ')
  if (wanted !== 'ANY' && wanted !== method) return null
  const found = pathPattern(template).exec(rawPath)
  if (!found) return null
  const values = Object.entries(found.groups ?? {}).map(([name, value]) => [name, decoded(value)])
  return Object.fromEntries(values)
}

function pathPattern(template: string): RegExp {
  const segments = template.split('/').map((segment) => {
    const [, name, greedy] = /^\{(\w+)(\+?)\}$/.exec(segment) ?? []
    if (name) return `(?<${name}>${greedy ? '.+' : '[^/]+'})`
    return segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${segments.join('/')}$`)
}

/** A sort key, by segment and then by method: the most specific route sorts first. */
function looseness(key: string): string {
  if (key === '$default') return '9'
  const [method, path = ''] = key.split(' ')
  const segments = path.split('/').map((segment) => {
    if (!segment.startsWith('{')) return 0
    return segment.endsWith('+}') ? 2 : 1
  })
  return [...segments, method === 'ANY' ? 1 : 0].join('')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
