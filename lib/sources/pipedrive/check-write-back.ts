import * as z from 'zod'
import type { WriteBack } from '../../core/config/write-back.ts'
import { sendRequest } from '../../support/http.ts'
import { readAnswer } from '../crm-answer.ts'
import type { CrmConnection, Told } from '../offline-definition.ts'
import { examineFields, writtenFields } from '../written-fields.ts'

const fieldSchema = z.object({ data: z.object({ field_type: z.string() }) })
/** The types that hold any text of this length. */
const texts = ['varchar', 'text']

/** `GET /api/v2/personFields/{field_code}` and `/api/v2/organizationFields/{field_code}`: whether the custom fields are there. */
export function checkPipedriveWriteBack(
  writeBack: WriteBack,
  { origins, secrets, guide, clock }: CrmConnection,
): Promise<Told> {
  return examineFields(
    writtenFields(writeBack),
    { contact: 'persons', company: 'organizations' },
    async ({ type, name }) => {
      const owner = type === 'contact' ? 'person' : 'organization'
      const response = await sendRequest({
        method: 'GET',
        url: `${origins['PIPEDRIVE_API_URL']}/api/v2/${owner}Fields/${name}`,
        headers: { 'x-api-token': secrets['PIPEDRIVE_API_TOKEN'] ?? '', accept: 'application/json' },
      })
      if (response.status === 404) return 'does not exist'
      const { data } = readAnswer('Pipedrive', fieldSchema, response, clock.now())
      return texts.includes(data.field_type) ? null : `is of the type ${data.field_type}`
    },
    `Create a custom field of the type Text, and copy its API key into sync.config.ts: see ${guide}.`,
  )
}
