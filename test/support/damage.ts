import fc from 'fast-check'
import { type BodyEncoding, jsonBody } from '../../lib/sources/body-encoding.ts'
import { hardStrings } from './corpora.ts'

/** Damages a body of this format; default: JSON. */
export type Damage = (body: Uint8Array, encoding?: BodyEncoding) => Uint8Array

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

/** Removes a few values, or replaces them by values of any type. */
const anyTwist: fc.Arbitrary<Damage> = fc
  .array(fc.tuple(fc.nat(), anyValue), { minLength: 1, maxLength: 4 })
  .map((twists) => (body, encoding = jsonBody) => {
    const content = encoding.decode(body)
    for (const [at, value] of twists) twist(content, at, value)
    return encoding.encode(content)
  })

export const anyDamage: fc.Arbitrary<Damage> = fc.oneof(anyFlips, anyTwist)

type Place = { readonly holder: Record<string, unknown>; readonly key: string }

function twist(content: unknown, at: number, value: unknown): void {
  const all = places(content)
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
