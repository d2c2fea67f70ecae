import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Sealer } from '../core/ports/sealer.ts'
import type { AccessToken, TokenRecord, TokenStore } from '../core/ports/token-store.ts'
import { guardedItems } from './guarded-items.ts'

/** The sort key that distinguishes tokens from links. */
export const tokenSortKey = 'token'

type Stored = Omit<TokenRecord, 'token'> & { readonly sealedToken: string | null }

/** Access tokens in the links table, sealed: one item per CRM. Throws as the table and the sealer do. */
export function dynamodbTokens(client: DynamoDBClient, tableName: string, sealer: Sealer): TokenStore {
  const items = guardedItems<Stored>(client, tableName, tokenSortKey)
  return {
    async findToken(name) {
      const stored = await items.find(`token/${name}`)
      if (!stored) return null
      const { sealedToken, ...record } = stored
      const token = sealedToken === null ? null : ((await sealer.open(sealedToken)) as AccessToken)
      return { ...record, token }
    },
    async saveToken({ token, ...record }) {
      const sealedToken = token && (await sealer.seal(token))
      const saved = await items.save(`token/${record.name}`, { ...record, sealedToken })
      return saved && { ...record, token, revision: saved.revision }
    },
  }
}
