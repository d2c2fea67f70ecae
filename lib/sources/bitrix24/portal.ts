import { Misconfigured } from '../../core/model/errors.ts'
import type { TokenStore } from '../../core/ports/token-store.ts'
import { tokenName } from '../access-token.ts'
import type { Connection } from './call.ts'

/** The member id of the portal that the incoming webhook belongs to. */
export type Portal = {
  /** The member id. Until one is known, it is `account`, that of an authentic webhook, and is kept. */
  memberId(account: string): Promise<string>
  /** Throws Misconfigured (`CRM_NOT_THERE`) while none is known. */
  knownMemberId(): Promise<string>
}

/** Nothing that a member id expires by. */
const never = '9999-12-31T00:00:00.000Z'

/**
 * An incoming webhook cannot ask for its portal's member id: `app.info` refuses without an app
 * (https://apidocs.bitrix24.com/api-reference/common/system/app-info.html). The one of the first webhook that was received is
 * therefore kept, where access tokens are, for as long as the incoming webhook is the same. Throws as the store does.
 */
export function rememberedPortal({ origin, accessToken }: Connection, store: TokenStore): Portal {
  const name = tokenName('bitrix24', [origin, accessToken])
  let known: string | undefined

  const find = async () => {
    known ??= (await store.findToken(name))?.token?.token
    return known
  }
  return {
    async memberId(account) {
      const found = await find()
      if (found !== undefined) return found
      const token = { token: account, apiUrl: null, expiresAt: never }
      const saved = await store.saveToken({ name, token, askedAt: new Date(0).toISOString(), revision: 0 })
      known = saved ? account : await find()
      return known ?? account
    },
    async knownMemberId() {
      const found = await find()
      if (found !== undefined) return found
      throw new Misconfigured(
        'CRM_NOT_THERE',
        'Bitrix24 tells which portal it is only in its webhooks, and none has been received yet: change a contact in Bitrix24 first',
      )
    },
  }
}
