import { parameterStore } from '../../lib/aws/parameter-store.ts'
import { type FakeParameterStore, startParameterStore } from '../support/parameter-store.ts'

const settings = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }

describe('parameterStore', () => {
  let store: FakeParameterStore
  beforeEach(async () => {
    store = await startParameterStore({ '/a': 'first', '/b': 'second' })
  })
  afterEach(() => store.close())
  const read = () => parameterStore({ ...settings, ssmEndpoint: store.url }).getParameters(['/a', '/b', '/c'])

  it('returns the parameters that exist, decrypted, in one signed call', async () => {
    expect(await read()).toEqual([
      ['/a', 'first'],
      ['/b', 'second'],
    ])
    expect(store.requests).toEqual([{ Names: ['/a', '/b', '/c'], WithDecryption: true }])
    expect(store.accessKeyIds).toEqual(['test'])
  })

  it('tries once more when it is throttled', async () => {
    const refusals = ['ThrottlingException']
    store.intercept = () => refusals.shift()
    expect(await read()).toHaveLength(2)
    expect(store.accessKeyIds).toHaveLength(2)
  })

  it.each(['AccessDeniedException', 'com.amazon.coral.service#UnrecognizedClientException'])(
    'throws what AWS refuses under its name, without a second call: %s',
    async (refusal) => {
      store.intercept = () => refusal
      await expect(read()).rejects.toMatchObject({ name: refusal.split('#').at(-1) })
      expect(store.accessKeyIds).toHaveLength(1)
    },
  )

  it.each([
    ['eu-west-1', 'ssm.eu-west-1.amazonaws.com'],
    ['cn-north-1', 'ssm.cn-north-1.amazonaws.com.cn'],
  ])('is in %s at %s', (region, host) => {
    expect(parameterStore({ ...settings, region }).host).toBe(host)
  })
})
