import { parameterStore } from '../../lib/aws/parameter-store.ts'
import { parameterStoreSecrets } from '../../lib/aws/secrets.ts'
import { startMisbehavingServer } from '../support/misbehaving-server.ts'
import { startParameterStore } from '../support/parameter-store.ts'

const path = '/crm-pay-sync/prod/api/'
const settings = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  requestTimeoutMs: 30_000,
}

function aClock() {
  let now = 0
  return {
    clock: { now: () => new Date(now) },
    advance: (seconds: number) => {
      now += seconds * 1000
    },
  }
}

async function aReader(values: Record<string, string>, names: readonly string[] = ['KEY', 'OTHER']) {
  const store = await startParameterStore(
    Object.fromEntries(Object.entries(values).map(([name, value]) => [path + name, value])),
  )
  const client = parameterStore({ ...settings, ssmEndpoint: store.url })
  const { clock, advance } = aClock()
  return { store, advance, ...parameterStoreSecrets(path, names, client, clock) }
}

describe('parameterStoreSecrets', () => {
  let world: Awaited<ReturnType<typeof aReader>>
  beforeEach(async () => {
    world = await aReader({ KEY: 'first' })
  })
  afterEach(() => world.store.close())

  it('reads all names in one decrypted call and omits missing parameters', async () => {
    expect(await world.read()).toEqual({ KEY: 'first' })
    expect(world.store.requests).toEqual([{ Names: [`${path}KEY`, `${path}OTHER`], WithDecryption: true }])
  })

  it('reads once for concurrent callers', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => world.read()))
    expect(answers).toEqual(Array.from({ length: 10 }, () => ({ KEY: 'first' })))
    expect(world.store.requests).toHaveLength(1)
  })

  it('reads ten names per call, the limit of the store', async () => {
    const names = Array.from({ length: 23 }, (_, index) => `NAME_${index}`)
    const many = await aReader({ NAME_0: 'a', NAME_22: 'b' }, names)
    expect(await many.read()).toEqual({ NAME_0: 'a', NAME_22: 'b' })
    expect(many.store.requests.map(({ Names }) => Names.length)).toEqual([10, 10, 3])
    many.store.close()
  })

  it('reads again after five minutes, including names that did not exist, and not before', async () => {
    await world.read()
    world.store.values = { [`${path}KEY`]: 'second', [`${path}OTHER`]: 'new' }
    world.advance(299)
    expect(await world.read()).toEqual({ KEY: 'first' })
    expect(world.store.requests).toHaveLength(1)
    world.advance(1)
    expect(await world.read()).toEqual({ KEY: 'second', OTHER: 'new' })
  })

  it('reads again on demand, but not twice within ten seconds', async () => {
    await world.read()
    world.store.values = { [`${path}KEY`]: 'second' }
    expect(await world.readAgain()).toEqual({ KEY: 'first' })
    world.advance(10)
    expect(await world.readAgain()).toEqual({ KEY: 'second' })
    expect(world.store.requests).toHaveLength(2)
  })

  it('uses cached values when the store does not answer, and waits before it reads again', async () => {
    await world.read()
    world.store.down = true
    world.advance(301)
    expect(await world.read()).toEqual({ KEY: 'first' })
    const asked = world.store.requests.length
    world.advance(29)
    expect(await world.read()).toEqual({ KEY: 'first' })
    expect(world.store.requests).toHaveLength(asked)
    world.store.down = false
    world.store.values = { [`${path}KEY`]: 'second' }
    world.advance(1)
    expect(await world.read()).toEqual({ KEY: 'second' })
  })

  it('throws RetryLater when no values were ever read', async () => {
    world.store.down = true
    await expect(world.read()).rejects.toMatchObject({ code: 'SECRETS_UNAVAILABLE', counts: false })
  })
})

describe('a secret store that does not respond', () => {
  it('times out, and the cached values stay in use', async () => {
    const store = await startParameterStore({ [`${path}KEY`]: 'first' })
    const silent = await startMisbehavingServer('silent')
    const { clock, advance } = aClock()
    const stores = {
      before: parameterStore({ ...settings, ssmEndpoint: store.url }),
      after: parameterStore({ ...settings, ssmEndpoint: silent.url, requestTimeoutMs: 1000 }),
    }
    let now: keyof typeof stores = 'before'
    const client = {
      host: 'ssm.example',
      getParameters: (names: readonly string[]) => stores[now].getParameters(names),
    }
    const { read } = parameterStoreSecrets(path, ['KEY'], client, clock)
    expect(await read()).toEqual({ KEY: 'first' })
    now = 'after'
    advance(301)
    expect(await read()).toEqual({ KEY: 'first' })
    expect(silent.requests()).toBe(2)
    await silent.close()
    store.close()
  })
})
