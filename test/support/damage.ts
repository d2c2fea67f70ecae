import fc from 'fast-check'
import { hardStrings } from './corpora.ts'

export type Damage = (body: Uint8Array) => Buffer

/** Replaces a few bytes by others. */
const anyFlips: fc.Arbitrary<Damage> = fc
  .array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 })
  .map((flips) => (body) => {
    const copy = Buffer.from(body)
    for (const [at, byte] of flips) copy[at % copy.length] = byte
    return copy
  })

const drop = Symbol('drop')
const anyValue = fc.oneof(fc.constant(drop), fc.jsonValue(), fc.constantFrom(...hardStrings), fc.double())

/** Removes a few values from the JSON, or replaces them by values of any type. */
const anyTwist: fc.Arbitrary<Damage> = fc
  .array(fc.tuple(fc.nat(), anyValue), { minLength: 1, maxLength: 4 })
  .map((twists) => (body) => {
    const json = jsonIn(body)
    if (json === undefined) return Buffer.from(body)
    for (const [at, value] of twists) twist(json, at, value)
    return Buffer.from(JSON.stringify(json))
  })

export const anyDamage: fc.Arbitrary<Damage> = fc.oneof(anyFlips, anyTwist)

type Place = { readonly holder: Record<string, unknown>; readonly key: string }

function twist(json: unknown, at: number, value: unknown): void {
  const all = places(json)
  const place = all[at % all.length]
  if (!place) return
  if (value === drop) delete place.holder[place.key]
  else place.holder[place.key] = value
}

/** Every nested value. */
function places(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return []
  const holder = value as Record<string, unknown>
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...places(holder[key])])
}

/** The value that the body holds; undefined when it is not JSON. */
function jsonIn(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString())
  } catch {
    return undefined
  }
}
