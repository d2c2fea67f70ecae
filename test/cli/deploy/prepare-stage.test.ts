import { prepareStage } from '../../../lib/cli/deploy/prepare-stage.ts'
import { newSealingKey, parseSealingKeys } from '../../../lib/support/seal.ts'
import { type FakeParameterStore, startParameterStore } from '../../support/parameter-store.ts'

const webhook = '/crm-pay-sync/prod/webhook/SEALING_KEYS'
const api = '/crm-pay-sync/prod/api/SEALING_KEYS'
const key = newSealingKey()
const other = newSealingKey()

let store: FakeParameterStore
let printed: string
beforeEach(async () => {
  store = await startParameterStore({})
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SSM: store.url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_EC2_METADATA_DISABLED: 'true',
  })
  printed = ''
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text)
    return true
  })
})
afterEach(() => {
  jest.restoreAllMocks()
  store.close()
})

const prepare = () => prepareStage('prod', 'eu-west-1')
const putOf = (Name: string, Value: string) => ({ Name, Value, Type: 'SecureString', Overwrite: false })

describe('prepareStage', () => {
  it('makes one key for both functions where there is none, and never prints it', async () => {
    await prepare()
    const made = store.values[webhook] ?? ''
    expect(parseSealingKeys(made)).toHaveLength(1)
    expect(store.requests).toEqual([{ Names: [webhook, api], WithDecryption: true }])
    expect(store.puts).toEqual([putOf(webhook, made), putOf(api, made)])
    expect(printed).toBe(`made ${webhook} and ${api}, a new key\n`)
  })

  it('makes another key for every stage', async () => {
    await prepare()
    await prepareStage('dev', 'eu-west-1')
    expect(store.values['/crm-pay-sync/dev/api/SEALING_KEYS']).not.toBe(store.values[api])
  })

  it.each([
    [webhook, api],
    [api, webhook],
  ])('copies %s where the other is missing', async (present, missing) => {
    store.values = { [present]: `${key},${other}` }
    await prepare()
    expect(store.puts).toEqual([putOf(missing, `${key},${other}`)])
    expect(printed).toBe(`made ${missing}, a copy of ${present}\n`)
  })

  it.each([
    ['equal', key, key],
    ['the same keys, written differently', `${key},${other}`, `${key}, ${other}`],
  ])('leaves both as they are when they are %s', async (_, first, second) => {
    store.values = { [webhook]: first, [api]: second }
    await prepare()
    expect([store.puts, printed]).toEqual([[], ''])
  })

  it.each([
    ['other keys', key, other],
    ['another order: the first key seals', `${key},${other}`, `${other},${key}`],
  ])('fails when they hold %s, and overwrites nothing', async (_, first, second) => {
    store.values = { [webhook]: first, [api]: second }
    const message = await prepare().catch((error: Error) => error.message)
    expect(message).toBe(
      `${webhook} and ${api} differ, so changes would be sealed that cannot be opened: put the same value in both, with every key of the two, then deploy again`,
    )
    expect([store.puts, printed]).toEqual([[], ''])
  })

  it('fails when what is there is no key, without repeating it', async () => {
    store.values = { [webhook]: 'hunter2' }
    await expect(prepare()).rejects.toThrow(
      `${webhook}: SEALING_KEYS: expected 32 bytes in base64, several separated by commas`,
    )
    expect(store.puts).toEqual([])
  })

  it.each([
    ['both', { [webhook]: key, [api]: key }, []],
    ['the first of them', { [webhook]: key }, [putOf(api, key)]],
  ])('takes over the key of another deployment that made %s meanwhile', async (_, made, further) => {
    let raced = false
    store.intercept = (operation) => {
      if (operation === 'PutParameter' && !raced) {
        raced = true
        store.values = made
      }
      return undefined
    }
    await prepare()
    expect(store.values).toEqual({ [webhook]: key, [api]: key })
    expect(store.puts.slice(1)).toEqual(further)
    expect(store.requests).toHaveLength(2)
  })

  it('gives up when what exists cannot be read', async () => {
    store.intercept = (operation) => (operation === 'PutParameter' ? 'ParameterAlreadyExists' : undefined)
    await expect(prepare()).rejects.toThrow(/^another deployment is making .* stage prod: deploy again$/)
    expect(store.requests).toHaveLength(3)
  })

  const needed = 'needed are ssm:GetParameters and ssm:PutParameter on /crm-pay-sync/prod/*'

  it.each(['GetParameters', 'PutParameter'])(
    'says which permissions it needs when %s is refused',
    async (refused) => {
      store.intercept = (operation) => (operation === refused ? 'AccessDeniedException' : undefined)
      await expect(prepare()).rejects.toThrow(`these AWS credentials are not allowed to do this; ${needed}`)
    },
  )

  it('says so when there are no AWS credentials', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) delete process.env[name]
    process.env['AWS_CONFIG_FILE'] = process.env['AWS_SHARED_CREDENTIALS_FILE'] = '/dev/null'
    await expect(prepare()).rejects.toThrow(
      `no AWS credentials found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; ${needed}`,
    )
    expect(store.requests).toEqual([])
  })

  it('names the host when there is no answer', async () => {
    store.down = true
    await expect(prepare()).rejects.toThrow(
      `the secret store at ${new URL(store.url).host} did not answer (Unknown)`,
    )
  })
})
