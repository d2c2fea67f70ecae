import { memoryTokens } from '../../../lib/sources/access-token.ts'
import { rememberedPortal } from '../../../lib/sources/bitrix24/portal.ts'
import { clock } from '../requests.ts'

const connection = { origin: 'https://baobab.bitrix24.com', accessToken: '17/code', clock }

describe('the member id of the portal', () => {
  it('is that of the first webhook, for all functions', async () => {
    const store = memoryTokens()
    const first = rememberedPortal(connection, store)
    await expect(first.knownMemberId()).rejects.toMatchObject({ code: 'CRM_NOT_THERE' })
    expect(await first.memberId('m1')).toBe('m1')
    expect(await first.memberId('m2')).toBe('m1')
    const another = rememberedPortal(connection, store)
    expect(await another.knownMemberId()).toBe('m1')
    expect(await another.memberId('m2')).toBe('m1')
  })

  it('is the same for two functions that receive their first webhook together', async () => {
    const store = memoryTokens()
    const portals = [rememberedPortal(connection, store), rememberedPortal(connection, store)]
    const ids = await Promise.all(portals.map((portal, index) => portal.memberId(`m${index}`)))
    expect(new Set(ids).size).toBe(1)
  })

  it.each([{ accessToken: '17/other' }, { origin: 'https://other.bitrix24.com' }])(
    'is learned again with another incoming webhook: %j',
    async (changed) => {
      const store = memoryTokens()
      await rememberedPortal(connection, store).memberId('m1')
      expect(await rememberedPortal({ ...connection, ...changed }, store).memberId('m2')).toBe('m2')
    },
  )

  it('is asked of the store once', async () => {
    const store = memoryTokens()
    let asked = 0
    const counting = {
      ...store,
      findToken: async (name: string) => {
        asked += 1
        return store.findToken(name)
      },
    }
    const portal = rememberedPortal(connection, counting)
    for (const account of ['m1', 'm1', 'm2']) await portal.memberId(account)
    expect(asked).toBe(1)
  })
})
