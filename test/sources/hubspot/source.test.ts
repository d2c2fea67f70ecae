import { Misconfigured } from '../../../lib/core/model/errors.ts'
import { aSource } from '../../support/a-source.ts'
import { thrownBy } from '../requests.ts'

describe('a HubSpot source', () => {
  it('sends its token only to HubSpot', () => {
    const variables = { HUBSPOT_API_URL: 'https://api.hubapi.com.evil.example' }
    expect(thrownBy(() => aSource('hubspot', { variables }))).toBeInstanceOf(Misconfigured)
  })
})
