import { dynamodbTokens } from '../../aws/tokens.ts'
import type { TokenStore } from '../../core/ports/token-store.ts'
import { borrowedTokens } from '../../sources/access-token.ts'
import { keySealer } from '../../support/sealer.ts'
import type { Stage } from './stage.ts'

/** Access tokens for a command: those that the functions of the stage share, opened with these keys, and its own. */
export function stageTokens(
  { dynamodb, linksTable }: Pick<Stage, 'dynamodb' | 'linksTable'>,
  keys: () => Promise<string | undefined>,
): TokenStore {
  const sealer = keySealer({ read: keys, readAgain: keys })
  return borrowedTokens(dynamodbTokens(dynamodb, linksTable, sealer))
}
