import type { CrmDiagnosis } from '../offline-definition.ts'
import { callBitrix24, readBitrix24Answer } from './call.ts'
import { scopesSchema } from './schemas.ts'

/** The permission that docs/connect/bitrix24.md asks for. */
export const crmScope = 'crm'

/**
 * An incoming webhook tells its permissions (https://apidocs.bitrix24.com/api-reference/common/system/scope.html). Outgoing
 * webhooks that were made by a person cannot be listed.
 */
export const bitrix24Diagnosis: CrmDiagnosis = {
  async scopes({ secrets, origins, guide, clock }) {
    const connection = {
      origin: origins['BITRIX24_API_URL'],
      accessToken: secrets['BITRIX24_ACCESS_TOKEN'],
      clock,
    }
    const { result } = readBitrix24Answer(scopesSchema, await callBitrix24('scope', {}, connection), clock)
    if (result.includes(crmScope)) return { ok: true, finding: crmScope, fix: null }
    return {
      ok: false,
      finding: `the incoming webhook lacks the permission ${crmScope}`,
      fix: `Add it to the incoming webhook under Assign permissions: see ${guide}.`,
    }
  },
}
