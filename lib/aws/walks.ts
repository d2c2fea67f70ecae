import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { ComparisonRecord, ComparisonStore, WalkRecord, WalkStore } from '../core/ports/walk-store.ts'
import { guardedItems } from './guarded-items.ts'

/** The sort key that distinguishes walks and comparisons from links. */
export const walkSortKey = 'walk'

/** How far the walks and comparisons have come, in the links table: one item per name. */
export function dynamodbWalks(client: DynamoDBClient, tableName: string): WalkStore & ComparisonStore {
  const walks = guardedItems<WalkRecord>(client, tableName, walkSortKey)
  const comparisons = guardedItems<ComparisonRecord>(client, tableName, walkSortKey)
  return {
    findWalk: (name) => walks.find(`walk/${name}`),
    saveWalk: (record) => walks.save(`walk/${record.name}`, record),
    findComparison: (name) => comparisons.find(`comparison/${name}`),
    saveComparison: (record) => comparisons.save(`comparison/${record.name}`, record),
  }
}
