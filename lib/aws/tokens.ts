import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { Sealer } from '../core/ports/sealer.ts'
import type { AccessToken, TokenRecord, TokenStore } from '../core/ports/token-store.ts'
import { answered, putGuarded } from './guarded-table.ts'

/** The sort key that distinguishes tokens from links. */
export const tokenSortKey = 'token'

type Stored = Omit<TokenRecord, 'token'> & { readonly sealedToken: string | null }

/** Access tokens in the links table, sealed: one item per CRM. Throws as the table and the sealer do. */
export function dynamodbTokens(client: DynamoDBClient, tableName: string, sealer: Sealer): TokenStore {
  return {
    async findToken(name) {
      const { Item } = await answered(client, () =>
        client.send(
          new GetItemCommand({
            TableName: tableName,
            ConsistentRead: true,
            Key: { pk: { S: partition(name) }, sk: { S: tokenSortKey } },
          }),
        ),
      )
      if (!Item) return null
      const { askedAt, revision, sealedToken } = unmarshall(Item) as Stored
      const token = sealedToken === null ? null : ((await sealer.open(sealedToken)) as AccessToken)
      return { name, askedAt, revision, token }
    },
    async saveToken({ token, ...record }) {
      const revision = record.revision + 1
      const sealedToken = token && (await sealer.seal(token))
      const item = { pk: partition(record.name), sk: tokenSortKey, ...record, revision, sealedToken }
      return (await putGuarded(client, tableName, item, record.revision))
        ? { ...record, token, revision }
        : null
    },
  }
}

function partition(name: string): string {
  return `token/${name}`
}
