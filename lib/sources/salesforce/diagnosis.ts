import * as z from 'zod'
import { readAnswer } from '../crm-answer.ts'
import type { CrmConnection, CrmDiagnosis } from '../offline-definition.ts'
import { examineFields, writtenFields } from '../written-fields.ts'
import { callSalesforce, dataPath, type SalesforceApi } from './call.ts'
import { objectNames } from './object-names.ts'
import { salesforceTokens } from './tokens.ts'

const describeSchema = z.object({
  fields: z.array(z.object({ name: z.string(), type: z.string(), updateable: z.boolean() })),
})

/** Salesforce lists neither its Outbound Messages nor its event relays to this API. */
export const salesforceDiagnosis: CrmDiagnosis = {
  /** "sObject Describe" shows the fields as the connected user may use them. */
  async writeBack(writeBack, connection) {
    const { guide, clock } = connection
    const api = apiOf(connection)
    const described = new Map<string, Promise<z.infer<typeof describeSchema>>>()
    const describe = (object: string) => {
      const known =
        described.get(object) ??
        callSalesforce({ method: 'GET', path: `${dataPath}/sobjects/${object}/describe` }, api).then(
          (response) => readAnswer('Salesforce', describeSchema, response, clock.now()),
        )
      described.set(object, known)
      return known
    }
    return examineFields(
      writtenFields(writeBack),
      objectNames,
      async ({ type, name }) => {
        const { fields } = await describe(objectNames[type])
        const field = fields.find((it) => it.name === name)
        if (!field) return 'does not exist, or the connected user may not see it'
        if (!field.updateable) return 'cannot be edited by the connected user'
        return field.type === 'string' ? null : `is of the type ${field.type}`
      },
      `Create it in Setup → Object Manager as Text(80), and let the connected user edit it: see ${guide}.`,
    )
  },
}

function apiOf({ secrets, origins, variables = {}, tokens, clock }: CrmConnection): SalesforceApi {
  const origin = origins['SALESFORCE_API_URL']
  const credentials = {
    origin,
    clientId: secrets['SALESFORCE_CLIENT_ID'],
    clientSecret: secrets['SALESFORCE_CLIENT_SECRET'],
    username: variables['SALESFORCE_USERNAME'],
    clock,
  }
  return { origin, tokens: salesforceTokens(credentials, tokens), clock }
}
