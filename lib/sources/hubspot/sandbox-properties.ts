import * as z from 'zod'
import type { SandboxResponse } from '../../offline/sandbox/sandbox.ts'
import { hubspotObject } from './objects.ts'
import { failure } from './sandbox-answers.ts'
import { objects, type SandboxInput } from './sandbox-records.ts'
import { wantedProperties } from './to-customer.ts'

type ObjectName = SandboxInput['object']

/** A property, put there as a person would in HubSpot's settings: `{"object": "properties", "of": "contacts", …}`. */
const propertySchema = z.strictObject({
  object: z.literal('properties'),
  of: z.enum(objects),
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  type: z.enum(['string', 'number', 'enumeration', 'date']).default('string'),
  readOnly: z.boolean().default(false),
})
type Property = z.infer<typeof propertySchema>

/** Those that docs/connect/hubspot.md suggests for the ids of customers. */
const suggested = ['notchpay_customer_id', 'wooshpay_customer_id']
const others = ['createdate', 'domain', 'hs_object_id', 'lastmodifieddate', 'hs_lastmodifieddate']
const standard: Readonly<Record<ObjectName, ReadonlySet<string>>> = {
  contacts: new Set([...others, ...namesOf('contact')]),
  companies: new Set([...others, ...namesOf('company')]),
}

function namesOf(type: 'contact' | 'company'): readonly string[] {
  const object = hubspotObject(type)
  return object ? wantedProperties(object) : []
}

/** The properties of the portal: HubSpot's own, those of `suggested`, those that were put there, and those that records have. */
export function sandboxProperties(
  recordsOf: (object: ObjectName) => readonly { readonly properties: Readonly<Record<string, unknown>> }[],
) {
  const own = new Map(
    objects.flatMap((of) =>
      suggested.map((name) => [`${of}/${name}`, parsed({ object: 'properties', of, name })]),
    ),
  )
  const find = (of: ObjectName, name: string): Property | undefined => {
    const known = own.get(`${of}/${name}`)
    if (known) return known
    const isThere =
      standard[of].has(name) || recordsOf(of).some(({ properties }) => Object.hasOwn(properties, name))
    return isThere ? parsed({ object: 'properties', of, name }) : undefined
  }
  return {
    find,
    /** `GET /crm/v3/properties/{objectType}/{propertyName}`. */
    show(of: ObjectName, name: string): SandboxResponse {
      const property = find(of, name)
      if (!property) return failure(404, 'OBJECT_NOT_FOUND', 'Property does not exist')
      return {
        status: 200,
        body: {
          name,
          label: name,
          type: property.type,
          fieldType: property.type === 'string' ? 'text' : property.type,
          groupName: 'contactinformation',
          hubspotDefined: standard[of].has(name),
          archived: false,
          modificationMetadata: {
            archivable: true,
            readOnlyDefinition: false,
            readOnlyValue: property.readOnly,
          },
        },
      }
    },
    /** False for a record that is no property. */
    put(record: unknown): boolean {
      const { success, data } = propertySchema.safeParse(record)
      if (success) own.set(`${data.of}/${data.name}`, data)
      return success
    },
  }
}
export type SandboxProperties = ReturnType<typeof sandboxProperties>

function parsed(property: z.input<typeof propertySchema>): Property {
  return propertySchema.parse(property)
}
