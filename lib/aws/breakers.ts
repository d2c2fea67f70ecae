import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Mode, ProviderName } from '../core/model/provider.ts'
import type { BreakerRecord, BreakerStore } from '../core/ports/breaker.ts'
import { guardedItems } from './guarded-items.ts'

/** The sort key that distinguishes breakers from links. */
export const breakerSortKey = 'breaker'

/** Circuit breaker state in the links table: one item per provider and mode, shared by all functions. */
export function dynamodbBreakers(client: DynamoDBClient, tableName: string): BreakerStore {
  const items = guardedItems<BreakerRecord>(client, tableName, breakerSortKey)
  return {
    findBreaker: (provider, mode) => items.find(partition(provider, mode)),
    saveBreaker: (record) => items.save(partition(record.provider, record.mode), record),
  }
}

function partition(provider: ProviderName, mode: Mode): string {
  return `breaker/${provider}/${mode}`
}
