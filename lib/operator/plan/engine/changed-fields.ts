import type { Payload } from '../../../core/ports/payment-provider.ts'
import { isObject } from '../../../support/json.ts'

/** A field of the provider's customer by its dotted name. `from` is null where the provider shows no value. */
export type ChangedField = { readonly name: string; readonly from: unknown; readonly to: unknown }

/**
 * The fields of the payload that differ from what the provider shows, in order of the payload. An empty value that is sent
 * clears the field: then `to` is null. A field that is not sent is left alone by the provider.
 */
export function changedFields(payload: Payload, shown: Payload | null): readonly ChangedField[] {
  return compare('', payload, shown)
}

function compare(name: string, to: unknown, from: unknown): readonly ChangedField[] {
  const below = (key: string) => (name === '' ? key : `${name}.${key}`)
  const shown = isObject(from) ? from : undefined
  if (isObject(to)) {
    return Object.entries(to).flatMap(([key, value]) => compare(below(key), value, shownIn(shown, key)))
  }
  if (isEmpty(to) && shown) {
    return Object.entries(shown).flatMap(([key, value]) => compare(below(key), null, value))
  }
  if (isSame(to, from)) return []
  return [{ name, from: isEmpty(from) ? null : from, to: isEmpty(to) ? null : to }]
}

function shownIn(object: Payload | undefined, key: string): unknown {
  return object && Object.hasOwn(object, key) ? object[key] : undefined
}

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === ''

function isSame(to: unknown, from: unknown): boolean {
  if (isEmpty(to) || isEmpty(from)) return isEmpty(to) && isEmpty(from)
  const [sent, held] = [textOf(to), textOf(from)]
  // Providers show phone numbers with or without the plus.
  return sent === held || (/^\+\d+$/.test(sent) && sent.slice(1) === held)
}

const textOf = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))
