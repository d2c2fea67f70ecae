import type { WriteBack } from '../../core/config/write-back.ts'
import type { RecordRef } from '../../core/model/change.ts'
import { RetryLater } from '../../core/model/errors.ts'
import type { HttpResponse } from '../../support/http.ts'
import { propertiesToWrite } from '../write-back.ts'
import { readWritten } from '../written.ts'
import { callSalesforce, dataPath, errorCodeIn, type SalesforceApi } from './call.ts'
import { objectNames } from './object-names.ts'

/**
 * `PATCH /services/data/vXX.0/sobjects/{object}/{id}` (REST API Developer Guide, "Update a Record"), which sets the given fields
 * only. `Sforce-Call-Options` names us in the `changeOrigin` of the change event; `Sforce-Auto-Assign: FALSE` keeps the assignment
 * rules from giving a lead or an account to another owner. Throws as `CustomerIdWriter.write` does.
 */
export async function writeSalesforceIds(
  { recordType, recordId }: RecordRef,
  ids: Readonly<Record<string, string>>,
  writeBack: WriteBack,
  api: SalesforceApi,
): Promise<'written' | 'gone'> {
  const response = await callSalesforce(
    {
      method: 'PATCH',
      path: `${dataPath}/sobjects/${objectNames[recordType]}/${encodeURIComponent(recordId)}`,
      headers: { 'sforce-call-options': 'client=crm-pay-sync', 'sforce-auto-assign': 'FALSE' },
      body: propertiesToWrite(writeBack, recordType, ids),
    },
    api,
  )
  const code = errorCodeIn(response)
  if (code === 'UNABLE_TO_LOCK_ROW') {
    throw new RetryLater('CRM_BUSY', 'somebody else is saving the record in Salesforce; it will be retried', {
      status: response.status,
    })
  }
  return readWritten('Salesforce', response, api.clock.now(), (answer) => fixOf(answer, code))
}

/** The codes that concern the field or the user, not the record. */
const ofSetting: ReadonlySet<string | undefined> = new Set([
  'INVALID_FIELD',
  'INVALID_FIELD_FOR_INSERT_UPDATE',
  'INVALID_TYPE',
  'INVALID_TYPE_ON_FIELD_IN_RECORD',
  'API_DISABLED_FOR_ORG',
])

function fixOf({ status }: HttpResponse, code: string | undefined): string | null {
  if (status === 403 || ofSetting.has(code)) {
    return 'create the field that sync.config.ts names, and let the connected user edit it'
  }
  return null
}
