import * as z from 'zod'
import { isObject } from '../../support/json.ts'

/** A sender with an entirely wrong format does not need to be quoted in full. */
const mostNames = 20

/**
 * The paths of the fields in a document that its schema does not define, such as `data.adress.city`; at most 20. The
 * sender chose these names, so one that does not look like an identifier is shown as `…`.
 */
export function unknownFields(document: unknown, schema: z.ZodType, place: string): readonly string[] {
  const names = new Set<string>()
  for (const name of unknownIn(document, schema, place)) {
    names.add(name)
    if (names.size === mostNames) break
  }
  return [...names]
}

/** Where a schema defines no names (a text, a map such as `metadata`), any content is known. */
function* unknownIn(value: unknown, schema: z.core.$ZodType, place: string): Generator<string> {
  const known = objectIn(schema)?.shape
  if (!known || !isObject(value)) return
  for (const [name, item] of Object.entries(value)) {
    const inner = Object.hasOwn(known, name) ? known[name] : undefined
    if (inner) yield* unknownIn(item, inner, `${place}.${name}`)
    else yield* leavesOf(item, `${place}.${shown(name)}`)
  }
}

function* leavesOf(value: unknown, place: string): Generator<string> {
  const entries = isObject(value) ? Object.entries(value) : []
  if (entries.length === 0) yield place
  for (const [name, item] of entries) yield* leavesOf(item, `${place}.${shown(name)}`)
}

/** The object schema that a schema is or may be. */
function objectIn(schema: z.core.$ZodType): z.ZodObject | undefined {
  if (schema instanceof z.ZodObject) return schema
  if (schema instanceof z.ZodLazy || schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return objectIn(schema.unwrap())
  }
  if (!(schema instanceof z.ZodUnion)) return undefined
  return schema.options.map(objectIn).find((option) => option !== undefined)
}

const shown = (name: string): string => (/^[A-Za-z_][\w-]{0,39}$/.test(name) ? name : '…')
