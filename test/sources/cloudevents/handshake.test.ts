import { findBadSettings } from '../../../lib/adapters.ts'
import { answerHandshake, parseAllowedOrigins } from '../../../lib/sources/cloudevents/handshake.ts'
import { aSource } from '../../support/a-source.ts'
import { aRequest, bytes, thrownBy } from '../requests.ts'

const allowed = parseAllowedOrigins('eventgrid.azure.net, Events.Example.COM ,')
const asks = (headers: Readonly<Record<string, string>>) =>
  answerHandshake(aRequest({ method: 'OPTIONS', headers, body: bytes('') }), allowed)

describe('the handshake of a CloudEvents sender', () => {
  it('is granted to a host of the list, as it wrote its name', () => {
    expect(asks({ 'webhook-request-origin': 'EventGrid.azure.net' })).toEqual({
      status: 200,
      body: '',
      headers: {
        allow: 'POST',
        'webhook-allowed-origin': 'EventGrid.azure.net',
        'webhook-allowed-rate': '*',
      },
    })
    expect(asks({ 'webhook-request-origin': ' events.example.com ' })).toMatchObject({ status: 200 })
  })

  it('is granted at once, whatever rate and callback it asks for', () => {
    const headers = {
      'webhook-request-origin': 'eventgrid.azure.net',
      'webhook-request-rate': '120',
      'webhook-request-callback': 'https://eventgrid.azure.net/confirm?id=1',
    }
    expect(asks(headers)).toMatchObject({ status: 200, headers: { 'webhook-allowed-rate': '*' } })
  })

  it.each([
    'other.example',
    'azure.net',
    'x.eventgrid.azure.net',
    'eventgrid.azure.net.evil.example',
    'https://eventgrid.azure.net',
    'eventgrid.azure.net, eventgrid.azure.net',
    '*',
  ])('is refused to %s', (origin) => {
    expect(thrownBy(() => asks({ 'webhook-request-origin': origin }))).toMatchObject({
      status: 403,
      code: 'ORIGIN_NOT_ALLOWED',
      message: expect.not.stringContaining('azure'),
    })
  })

  it('is refused to everybody without a list', () => {
    for (const variables of [{}, { CLOUDEVENTS_ALLOWED_ORIGINS: ' , ' }]) {
      const { door } = aSource('cloudevents', { variables })
      const headers = { 'webhook-request-origin': 'eventgrid.azure.net' }
      expect(thrownBy(() => door?.handshake?.(aRequest({ method: 'OPTIONS', headers })))).toMatchObject({
        status: 403,
      })
    }
  })

  it('is none without the name of an origin', () => {
    expect(asks({})).toBeNull()
    expect(asks({ 'webhook-request-origin': ' ' })).toBeNull()
    expect(
      asks({ origin: 'https://eventgrid.azure.net', 'access-control-request-method': 'POST' }),
    ).toBeNull()
  })
})

it.each(['GET', 'HEAD'])('%s is no handshake', (method) => {
  const headers = { 'webhook-request-origin': 'eventgrid.azure.net' }
  expect(answerHandshake(aRequest({ method, headers }), allowed)).toBeNull()
})

it.each(['https://eventgrid.azure.net', '*', '*.azure.net', 'a b', 'a..b', '-a.example', 'é.example'])(
  'CLOUDEVENTS_ALLOWED_ORIGINS is not %j, and says so before anything starts',
  (value) => {
    expect(findBadSettings({ CLOUDEVENTS_ALLOWED_ORIGINS: value })).toEqual([
      'CLOUDEVENTS_ALLOWED_ORIGINS: expected host names separated by commas, such as eventgrid.azure.net',
    ])
  },
)

it('settings that are right, or not set, are no problem', () => {
  expect(findBadSettings({})).toEqual([])
  expect(findBadSettings({ CLOUDEVENTS_ALLOWED_ORIGINS: '' })).toEqual([])
  expect(findBadSettings({ CLOUDEVENTS_ALLOWED_ORIGINS: 'eventgrid.azure.net,localhost' })).toEqual([])
})
