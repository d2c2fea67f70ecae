import { matchRoute, readRoutes } from '../../../lib/offline/door/routes.ts'

const routesOf = (...keys: string[]) => keys.map((key) => ({ key, functionName: key }))
const matched = (keys: string[], method: string, path: string) =>
  matchRoute(routesOf(...keys), method, path)?.key ?? null

it.each([
  ['GET /health', 'GET /health'],
  ['get /health', 'GET /health'],
  ['* /health', 'ANY /health'],
  ['/health', 'ANY /health'],
  ['*', '$default'],
  [{ method: 'post', path: '/things' }, 'POST /things'],
  [{ method: '*', path: '/things' }, 'ANY /things'],
  [{ method: '*', path: '*' }, '$default'],
])('reads the httpApi event %j as %s', (httpApi, key) => {
  const definition = { name: 'door', handler: 'door.handler', events: [{ sqs: {} }, { httpApi }] }
  expect(readRoutes([definition])).toEqual([{ key, functionName: 'door' }])
})

it.each([
  ['GET', '/health', 'GET /health'],
  ['POST', '/health', null],
  ['GET', '/health/', null],
  ['GET', '/healthy', null],
  ['POST', '/webhooks/hubspot', 'ANY /webhooks/{source}'],
  ['BREW', '/webhooks/hubspot', 'ANY /webhooks/{source}'],
  ['POST', '/webhooks/', null],
  ['POST', '/webhooks/a/b', null],
  ['POST', '//webhooks/hubspot', null],
  ['POST', '/', null],
  ['OPTIONS', '*', null],
])('%s %s goes to %s', (method, path, key) => {
  expect(matched(['ANY /webhooks/{source}', 'GET /health'], method, path)).toBe(key)
})

it('prefers the most specific route, whatever the order', () => {
  const keys = [
    '$default',
    'ANY /{proxy+}',
    'ANY /a/{proxy+}',
    'ANY /a/{id}',
    'GET /a/{id}',
    'ANY /a/b',
    'GET /a/b',
  ]
  for (const order of [keys, keys.toReversed()]) {
    expect(matched(order, 'GET', '/a/b')).toBe('GET /a/b')
    expect(matched(order, 'PUT', '/a/b')).toBe('ANY /a/b')
    expect(matched(order, 'GET', '/a/c')).toBe('GET /a/{id}')
    expect(matched(order, 'PUT', '/a/c')).toBe('ANY /a/{id}')
    expect(matched(order, 'PUT', '/a/c/d')).toBe('ANY /a/{proxy+}')
    expect(matched(order, 'PUT', '/b/c')).toBe('ANY /{proxy+}')
    expect(matched(order, 'PUT', '/')).toBe('$default')
  }
})

it('decodes path variables, and keeps invalid encodings unchanged', () => {
  const parameters = (path: string) => matchRoute(routesOf('ANY /{a}/{b}'), 'GET', path)?.pathParameters
  expect(parameters('/caf%C3%A9/x%2Fy')).toEqual({ a: 'café', b: 'x/y' })
  expect(parameters('/%E0%A4%A/%')).toEqual({ a: '%E0%A4%A', b: '%' })
})

it('matches literal segments literally', () => {
  expect(matched(['GET /v1.0/things'], 'GET', '/v1x0/things')).toBeNull()
})
