import * as z from 'zod'
import type { WriteBack } from '../../core/config/write-back.ts'
import { readAnswer } from '../crm-answer.ts'
import type { CrmConnection, Told } from '../offline-definition.ts'
import { wrong } from '../webhook-findings.ts'
import { examineFields, type WrittenField, writtenFields } from '../written-fields.ts'
import { callHubspot } from './call.ts'
import { hubspotObject } from './objects.ts'
import { type HubspotToken, scopesOf, tokensOf, writeScopes } from './tokens.ts'

const propertySchema = z.object({
  type: z.string(),
  hubspotDefined: z.boolean().nullish().catch(undefined),
  modificationMetadata: z.object({ readOnlyValue: z.boolean() }).nullish().catch(undefined),
})

/** Whether each token may write, and each portal has the properties (CRM properties API v3). */
export async function checkHubspotWriteBack(writeBack: WriteBack, connection: CrmConnection): Promise<Told> {
  const fields = writtenFields(writeBack)
  const told: Told[] = []
  for (const token of tokensOf(connection)) {
    told.push(
      (await findMissingScope(fields, token, connection)) ?? (await examine(fields, token, connection)),
    )
  }
  const [first = { ok: true, finding: 'could not be checked: there is no token', fix: null }] = told
  return told.find(({ ok }) => !ok) ?? first
}

async function findMissingScope(
  fields: readonly WrittenField[],
  { token }: HubspotToken,
  connection: CrmConnection,
): Promise<Told | undefined> {
  const scopes = (await scopesOf(token, connection))?.scopes
  const needed = fields
    .flatMap(({ type }) => hubspotObject(type)?.path ?? [])
    .map((path) => writeScopes[path])
  const missing = scopes && needed.find((scope) => !scopes.includes(scope))
  if (!missing) return undefined
  return wrong(
    `ids cannot be written: the token lacks the scope ${missing}`,
    `Add it under Scopes of the private app: see ${connection.guide}.`,
  )
}

function examine(
  fields: readonly WrittenField[],
  { portal, token }: HubspotToken,
  { origins, guide, clock }: CrmConnection,
): Promise<Told> {
  const where = portal === null ? '' : ` of portal ${portal}`
  return examineFields(
    fields,
    { contact: `contacts${where}`, company: `companies${where}` },
    async ({ type, name }) => {
      const response = await callHubspot({
        origin: origins['HUBSPOT_API_URL'] ?? '',
        token,
        method: 'GET',
        path: `/crm/v3/properties/${hubspotObject(type)?.path}/${name}`,
      })
      if (response.status === 404) return 'does not exist'
      const property = readAnswer('HubSpot', propertySchema, response, clock.now())
      if (property.hubspotDefined) return "is one of HubSpot's own"
      if (property.modificationMetadata?.readOnlyValue) return 'cannot be edited by an app'
      return property.type === 'string' ? null : `is of the type ${property.type}`
    },
    `Create it under Settings → Properties as single-line text, or correct its name in sync.config.ts: see ${guide}.`,
  )
}
