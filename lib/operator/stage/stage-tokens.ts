import { dynamodbTokens } from '../../aws/tokens.ts'
import type { TokenStore } from '../../core/ports/token-store.ts'
import { keySealer } from '../../support/sealer.ts'
import type { Stage } from './stage.ts'

/** The access tokens that the functions of the stage share, opened and sealed with these keys. */
export function stageTokens(
  { dynamodb, linksTable }: Pick<Stage, 'dynamodb' | 'linksTable'>,
  keys: () => Promise<string | undefined>,
): TokenStore {
  return dynamodbTokens(dynamodb, linksTable, keySealer({ read: keys, readAgain: keys }))
}
