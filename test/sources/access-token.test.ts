import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { dynamodbClient } from '../../lib/aws/clients.ts'
import { dynamodbLinks } from '../../lib/aws/customer-links.ts'
import { dynamodbTokens } from '../../lib/aws/tokens.ts'
import { Misconfigured, RetryLater } from '../../lib/core/model/errors.ts'
import type { TokenStore } from '../../lib/core/ports/token-store.ts'
import {
  borrowedTokens,
  contributedTokens,
  memoryTokens,
  sharedAccessToken,
} from '../../lib/sources/access-token.ts'
import { newSealingKey } from '../../lib/support/seal.ts'
import { keySealer } from '../../lib/support/sealer.ts'
import { createLinksTable, testAws } from '../support/embedded.ts'

const client = dynamodbClient(testAws())
afterAll(() => client.destroy())
const key = newSealingKey()
const sealer = keySealer({ read: async () => key, readAgain: async () => key })

let time: number
let issued: number
const seconds = (count: number) => {
  time += count * 1000
}
beforeEach(() => {
  time = Date.parse('2026-03-02T12:00:00.000Z')
  issued = 0
})

const issue = async () => {
  issued += 1
  return {
    token: `token-${issued}`,
    apiUrl: 'https://api.example.com',
    expiresAt: new Date(time + 3_600_000).toISOString(),
  }
}
/** A function with this store, as it is after a cold start. */
const aFunction = (store: TokenStore, request = issue, credentials = ['id', 'secret']) =>
  sharedAccessToken({
    name: 'acme',
    title: 'Acme',
    credentials,
    store,
    clock: { now: () => new Date(time) },
    request,
  })

describe.each<[string, () => Promise<TokenStore>]>([
  ['the table', async () => dynamodbTokens(client, await createLinksTable(), sealer)],
  ['memory', async () => memoryTokens()],
])('an access token in %s', (_, create) => {
  it('is issued once for all functions, with the address that came with it', async () => {
    const store = await create()
    const [first, second] = [aFunction(store), aFunction(store)]
    expect(await first.current()).toMatchObject({ token: 'token-1', apiUrl: 'https://api.example.com' })
    expect(await Promise.all([second.current(), second.current(), first.current()])).toMatchObject(
      Array(3).fill({ token: 'token-1' }),
    )
    expect(issued).toBe(1)
  })

  it('is renewed a minute before it expires, by one function', async () => {
    const store = await create()
    const [first, second] = [aFunction(store), aFunction(store)]
    await first.current()
    seconds(3_539)
    expect(await second.current()).toMatchObject({ token: 'token-1' })
    seconds(2)
    expect(await first.current()).toMatchObject({ token: 'token-2' })
    expect(await second.current()).toMatchObject({ token: 'token-2' })
    expect(issued).toBe(2)
  })

  it('is waited for while another function asks for it', async () => {
    const store = await create()
    const answer = Promise.withResolvers<Awaited<ReturnType<typeof issue>>>()
    const asking = aFunction(store, () => answer.promise).current()
    while ((await store.findToken(await nameIn(store))) === null) await new Promise(setImmediate)
    const error: unknown = await aFunction(store)
      .current()
      .catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'CRM_TOKEN_PENDING', counts: false, afterSeconds: 5 })
    answer.resolve(await issue())
    expect(await asking).toMatchObject({ token: 'token-1' })
    expect(await aFunction(store).current()).toMatchObject({ token: 'token-1' })
  })

  it('is replaced when the API refuses it, but not more than once in a minute', async () => {
    const store = await create()
    const tokens = aFunction(store)
    await tokens.current()
    expect(await tokens.current('token-1').catch((caught: unknown) => caught)).toBeInstanceOf(Misconfigured)
    seconds(61)
    expect(await tokens.current('token-1')).toMatchObject({ token: 'token-2' })
    expect(await aFunction(store).current('token-1')).toMatchObject({ token: 'token-2' })
    expect(issued).toBe(2)
  })

  it('is not asked for again within a minute of a failure', async () => {
    const store = await create()
    const failing = async () => {
      issued += 1
      throw new Misconfigured('CRM_DENIED', 'the client secret is wrong')
    }
    expect(await aFunction(store, failing).current().catch(String)).toContain('client secret')
    for (let again = 0; again < 20; again += 1) await aFunction(store, failing).current().catch(String)
    expect(issued).toBe(1)
    seconds(61)
    expect(await aFunction(store).current()).toMatchObject({ token: 'token-2' })
  })

  it('belongs to the credentials that it was issued for', async () => {
    const store = await create()
    await aFunction(store).current()
    expect(await aFunction(store, issue, ['id', 'another secret']).current()).toMatchObject({
      token: 'token-2',
    })
  })
})

/** The name under which the token of `aFunction` is kept. */
async function nameIn(store: TokenStore): Promise<string> {
  let name = ''
  const spy: TokenStore = {
    ...store,
    findToken: async (asked) => {
      name = asked
      throw new RetryLater('NETWORK', 'only the name is wanted')
    },
  }
  await aFunction(spy)
    .current()
    .catch(() => {})
  return name
}

it('lies sealed in the table, and is no link', async () => {
  const table = await createLinksTable()
  await aFunction(dynamodbTokens(client, table, sealer)).current()
  const { Items = [] } = await client.send(new ScanCommand({ TableName: table }))
  expect(Items).toHaveLength(1)
  expect(JSON.stringify(Items)).not.toContain('token-1')
  expect(await Array.fromAsync(dynamodbLinks(client, table).listLinks())).toEqual([])
})

describe('a command', () => {
  it('uses the token of the functions, and asks for none', async () => {
    const store = memoryTokens()
    await aFunction(store).current()
    for (const tokens of [borrowedTokens(store), contributedTokens(store)]) {
      expect(await aFunction(tokens).current()).toMatchObject({ token: 'token-1' })
    }
    expect(issued).toBe(1)
  })

  it('that changes nothing keeps its token to itself', async () => {
    const store = memoryTokens()
    const tokens = borrowedTokens(store)
    for (let again = 0; again < 2; again += 1) {
      expect(await aFunction(tokens).current()).toMatchObject({ token: 'token-1' })
    }
    expect(await aFunction(store).current()).toMatchObject({ token: 'token-2' })
  })

  it('may leave its token to the functions', async () => {
    const store = memoryTokens()
    await aFunction(contributedTokens(store)).current()
    expect(await aFunction(store).current()).toMatchObject({ token: 'token-1' })
    seconds(3_600)
    await aFunction(contributedTokens(store)).current()
    expect(await aFunction(store).current()).toMatchObject({ token: 'token-2' })
  })

  it.each([borrowedTokens, contributedTokens])(
    'works where the table does not answer: %p',
    async (tokensOf) => {
      const down = () => Promise.reject(new RetryLater('NETWORK', 'the table is down'))
      const tokens = tokensOf({ findToken: down, saveToken: down })
      expect(await aFunction(tokens).current()).toMatchObject({ token: 'token-1' })
    },
  )
})
