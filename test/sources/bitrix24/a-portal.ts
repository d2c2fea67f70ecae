import type { RecordRef, RecordType } from '../../../lib/core/model/change.ts'
import type { RunningSandbox } from '../../../lib/offline/sandbox/server.ts'
import { startSandbox } from '../../../lib/offline/sandbox/server.ts'
import { bitrix24Sandbox } from '../../../lib/sources/bitrix24/sandbox.ts'
import { aRef, clock } from '../requests.ts'

export const accessToken = '17/secretcode'

export function startPortal(scopes?: readonly string[]): Promise<RunningSandbox> {
  return startSandbox(bitrix24Sandbox({ accessToken, ...(scopes && { scopes }) }))
}

export const connectionTo = ({ url }: RunningSandbox) => ({ origin: url, accessToken, clock })

export const ref = (recordId: string, recordType: RecordType = 'contact'): RecordRef =>
  aRef({ source: 'bitrix24', account: 'm1', recordType, recordId })

/** The method and the parameters of each call. */
export const callsTo = ({ ledger }: RunningSandbox) =>
  ledger.map(({ path, body }) => [path.split('/').at(-1), JSON.parse(body)])
