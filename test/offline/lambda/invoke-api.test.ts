import type { EmbeddedServer } from '../../../lib/offline/embedded-dynamodb.ts'
import { startInvokeApi } from '../../../lib/offline/lambda/invoke-api.ts'
import { type HostedSource, hostSource } from './a-function.ts'

let hosted: HostedSource
let api: EmbeddedServer
const complaints: string[] = []
beforeAll(async () => {
  hosted = hostSource(`exports.handler = async (event) => {
    if (event.bad) throw new RangeError('too far')
    return event
  }`)
  api = await startInvokeApi(hosted.host, (line) => complaints.push(line))
})
afterAll(async () => {
  await api.close()
  await hosted.close()
})

const invoke = (name: string, body: string, type?: string) =>
  fetch(`${api.url}/2015-03-31/functions/${name}/invocations`, {
    method: 'POST',
    body,
    ...(type && { headers: { 'x-amz-invocation-type': type } }),
  })

describe('the Invoke API', () => {
  it('sends the event to the function and returns its result', async () => {
    const response = await invoke('work', '{"name":"Trần"}')
    expect([response.status, await response.json()]).toEqual([200, { name: 'Trần' }])
    expect(response.headers.get('x-amz-function-error')).toBeNull()
  })

  it('reports the error of the function', async () => {
    const response = await invoke('work', '{"bad":true}')
    expect([response.status, response.headers.get('x-amz-function-error')]).toEqual([200, 'Unhandled'])
    expect(await response.json()).toMatchObject({ errorType: 'RangeError', errorMessage: 'too far' })
  })

  it('does not wait for an asynchronous invocation, but reports its failure', async () => {
    const response = await invoke('work', '{"bad":true}', 'Event')
    expect([response.status, await response.text()]).toEqual([202, ''])
    while (complaints.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(complaints).toEqual(['work: RangeError, invoked as an event'])
  })

  it.each([
    ['an unknown function', 'other', '{}', undefined, 404, 'ResourceNotFoundException'],
    ['an event that is not JSON', 'work', '{', undefined, 400, 'InvalidRequestContentException'],
    ['an unknown kind of invocation', 'work', '{}', 'Later', 400, 'InvalidParameterValueException'],
    [
      'an event that is too long',
      'work',
      `"${'x'.repeat(6 * 1024 * 1024)}"`,
      undefined,
      413,
      'RequestTooLargeException',
    ],
  ])('rejects %s', async (_, name, body, type, status, errorType) => {
    const response = await invoke(name, body, type)
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([status, errorType])
  })

  it('answers 404 to anything else', async () => {
    expect((await fetch(`${api.url}/2015-03-31/functions/work/invocations`)).status).toBe(404)
    expect((await fetch(api.url, { method: 'POST', body: '{}' })).status).toBe(404)
  })
})
