import { memoryTokens, sharedAccessToken } from '../access-token.ts'
import { readAnswer } from '../crm-answer.ts'
import type { CrmConnection, CrmDiagnosis, Told } from '../offline-definition.ts'
import { apiPath, crm, type DataverseApi, getFromDataverse, isNoSuchTable } from './call.ts'
import { requestEntraToken } from './entra-token.ts'
import { rowsSchema } from './schemas.ts'
import { dynamicsTable } from './to-customer.ts'

/** What docs/connect/dynamics.md asks for. Accounts and leads are customers of some organizations only. */
const recordTypes = ['contact', 'company', 'lead'] as const

/** Dataverse has no list of a user's privileges by name, so one row of each table is read. */
export const dynamicsDiagnosis: CrmDiagnosis = {
  async scopes(connection) {
    const api = apiOf(connection)
    const unread: string[] = []
    for (const { set, idColumn } of recordTypes.map((type) => dynamicsTable(type))) {
      const response = await getFromDataverse(`${apiPath}/${set}?$select=${idColumn}&$top=1`, api)
      if (response.status === 403 || isNoSuchTable(response)) unread.push(set)
      else readAnswer(crm, rowsSchema, response, connection.clock.now())
    }
    return toldOf(unread, connection.guide)
  },
}

function toldOf(unread: readonly string[], guide: string): Told {
  if (unread.includes('contacts')) {
    return {
      ok: false,
      finding: `the application user may not read ${unread.join(', ')}`,
      fix: `Give it a security role with the privilege Read at organization level: see ${guide}.`,
    }
  }
  const without = unread.length > 0 ? `, but not ${unread.join(' and ')}, which are not followed` : ''
  return { ok: true, finding: `the application user may read contacts${without}`, fix: null }
}

function apiOf({ secrets, origins, clock }: CrmConnection): DataverseApi {
  const origin = origins['DYNAMICS_API_URL']
  const client = {
    origin,
    loginOrigin: origins['DYNAMICS_LOGIN_URL'] ?? 'https://login.microsoftonline.com',
    tenantId: secrets['DYNAMICS_TENANT_ID'],
    clientId: secrets['DYNAMICS_CLIENT_ID'],
    clientSecret: secrets['DYNAMICS_CLIENT_SECRET'],
    clock,
  }
  const tokens = sharedAccessToken({
    name: 'dynamics',
    title: crm,
    credentials: [],
    store: memoryTokens(),
    clock,
    request: () => requestEntraToken(client),
  })
  return { origin, tokens, clock }
}
