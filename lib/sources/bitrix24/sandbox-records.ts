import * as z from 'zod'
import { entityTypeIds, requisiteTypeId } from './entities.ts'

const addressSchema = z.strictObject({
  TYPE_ID: z.enum(['1', '4', '6', '8', '9', '11']).default('1'),
  ADDRESS_1: z.string().nullable().default(null),
  ADDRESS_2: z.string().nullable().default(null),
  CITY: z.string().nullable().default(null),
  POSTAL_CODE: z.string().nullable().default(null),
  REGION: z.string().nullable().default(null),
  PROVINCE: z.string().nullable().default(null),
  COUNTRY: z.string().nullable().default(null),
})

const multifieldSchema = z.strictObject({
  typeId: z.enum(['PHONE', 'EMAIL', 'WEB', 'IM', 'LINK']),
  valueType: z.string().default('WORK'),
  value: z.string(),
})

/**
 * `{object, id, …fields as in crm.item.get}`. `addresses` are the lead's own, those of the record's requisite otherwise;
 * `requisiteId` is that requisite's id. `deleted` makes the record not found.
 */
export const inputSchema = z.looseObject({
  object: z.enum(Object.keys(entityTypeIds) as [keyof typeof entityTypeIds]),
  id: z.int().positive(),
  fm: z.array(multifieldSchema).default([]),
  addresses: z.array(addressSchema).default([]),
  requisiteId: z.int().positive().optional(),
  updatedTime: z.iso.datetime({ offset: true }).optional(),
  deleted: z.boolean().default(false),
})
export type Stored = z.infer<typeof inputSchema>

/** The item as the API returns it. */
export function shownItem({ object, addresses: _a, requisiteId: _r, deleted: _d, fm, ...fields }: Stored) {
  const first = (type: string) => fm.find(({ typeId }) => typeId === type)?.value ?? ''
  return {
    createdTime: fields.updatedTime,
    ...fields,
    phone: first('PHONE'),
    email: first('EMAIL'),
    fm: fm.map((entry, index) => ({ id: fields.id * 10 + index, ...entry })),
    entityTypeId: entityTypeIds[object],
  }
}

/** The requisite that holds the record's addresses; undefined where it has none. */
export function requisiteOf({ object, id, addresses, requisiteId }: Stored) {
  if (object === 'lead' || (addresses.length === 0 && requisiteId === undefined)) return undefined
  return {
    ID: String(requisiteId ?? id * 10 + entityTypeIds[object]),
    ENTITY_TYPE_ID: String(entityTypeIds[object]),
    ENTITY_ID: String(id),
    NAME: 'Requisites',
    ACTIVE: 'Y',
  }
}

/** The record's addresses as the API lists them. All values are text. */
export function addressesOf(record: Stored) {
  const anchor = {
    ANCHOR_TYPE_ID: String(entityTypeIds[record.object]),
    ANCHOR_ID: String(record.id),
  }
  const requisite = requisiteOf(record)
  return record.addresses.map((address) => ({
    ...address,
    ENTITY_TYPE_ID: requisite ? String(requisiteTypeId) : anchor.ANCHOR_TYPE_ID,
    ENTITY_ID: requisite?.ID ?? anchor.ANCHOR_ID,
    COUNTRY_CODE: null,
    LOC_ADDR_ID: null,
    ...anchor,
  }))
}
