import { SSMClient } from '@aws-sdk/client-ssm'
import { parameterStoreSecrets } from '../../lib/aws/secrets.ts'
import { startParameterStore } from '../support/parameter-store.ts'

async function aReader(values: Record<string, string>) {
  const store = await startParameterStore(values)
  const client = new SSMClient({ region: 'us-east-1', endpoint: store.url, maxAttempts: 1 })
  let now = 0
  const read = parameterStoreSecrets('/crm-pay-sync/prod/', client, { now: () => new Date(now) })
  const close = () => {
    client.destroy()
    store.close()
  }
  const advance = (seconds: number) => {
    now += seconds * 1000
  }
  return { store, requests: store.requests, read, close, advance }
}

describe('parameterStoreSecrets', () => {
  let world: Awaited<ReturnType<typeof aReader>>
  beforeEach(async () => {
    world = await aReader({ '/crm-pay-sync/prod/KEY': 'first' })
  })
  afterEach(() => world.close())

  it('reads all names in one decrypted call and leaves out what does not exist', async () => {
    expect(await world.read(['KEY', 'OTHER'])).toEqual({ KEY: 'first' })
    expect(world.requests).toEqual([
      { Names: ['/crm-pay-sync/prod/KEY', '/crm-pay-sync/prod/OTHER'], WithDecryption: true },
    ])
  })

  it('asks again after five minutes, also for names that did not exist, and not before', async () => {
    await world.read(['KEY', 'OTHER'])
    world.store.values = { '/crm-pay-sync/prod/KEY': 'second', '/crm-pay-sync/prod/OTHER': 'new' }
    world.advance(299)
    expect(await world.read(['KEY', 'OTHER'])).toEqual({ KEY: 'first' })
    expect(world.requests).toHaveLength(1)
    world.advance(1)
    expect(await world.read(['KEY', 'OTHER'])).toEqual({ KEY: 'second', OTHER: 'new' })
  })

  it('goes on with what it knows when the store does not answer', async () => {
    await world.read(['KEY'])
    world.store.down = true
    world.advance(301)
    expect(await world.read(['KEY'])).toEqual({ KEY: 'first' })
  })

  it('says RetryLater when it knows nothing yet', async () => {
    world.store.down = true
    await expect(world.read(['KEY'])).rejects.toMatchObject({ code: 'SECRETS_UNAVAILABLE', counts: false })
  })
})
