import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SSMClient } from '@aws-sdk/client-ssm'
import { parameterStoreSecrets } from '../../lib/aws/secrets.ts'

/** A Parameter Store that speaks the real protocol, since no embedded one does. */
async function aParameterStore(values: Record<string, string>) {
  const requests: { Names: string[]; WithDecryption: boolean }[] = []
  const store = { values, down: false }
  const server: Server = createServer(async (req, res) => {
    const request = JSON.parse(Buffer.concat(await Array.fromAsync(req)).toString())
    requests.push(request)
    if (store.down) {
      res.writeHead(500).end()
      return
    }
    const Parameters = request.Names.flatMap((Name: string) =>
      store.values[Name] ? [{ Name, Value: store.values[Name] }] : [],
    )
    res.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify({ Parameters }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = new SSMClient({ region: 'us-east-1', endpoint, maxAttempts: 1 })
  let now = 0
  const read = parameterStoreSecrets('/crm-pay-sync/prod/', client, { now: () => new Date(now) })
  const close = () => {
    client.destroy()
    server.close()
  }
  const advance = (seconds: number) => {
    now += seconds * 1000
  }
  return { store, requests, read, close, advance }
}

describe('parameterStoreSecrets', () => {
  let world: Awaited<ReturnType<typeof aParameterStore>>
  beforeEach(async () => {
    world = await aParameterStore({ '/crm-pay-sync/prod/KEY': 'first' })
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
