import * as z from 'zod'

const shape = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/
const suffixes = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'

/** Whether the text is a record id, of 15 or 18 characters. */
export function isSalesforceId(text: string): boolean {
  return shape.test(text)
}

/**
 * The form of an id with 18 characters, in which all APIs answer. Reports and URLs show the first 15, which differ in upper
 * and lower case; the last three tell which of them are upper case. Any other text is returned as it is.
 */
export function toLongId(id: string): string {
  if (!/^[A-Za-z0-9]{15}$/.test(id)) return id
  const suffix = [0, 5, 10].map((start) => {
    const bits = [...id.slice(start, start + 5)].map((letter, index) =>
      /[A-Z]/.test(letter) ? 1 << index : 0,
    )
    return suffixes[bits.reduce((sum, bit) => sum + bit, 0)]
  })
  return `${id}${suffix.join('')}`
}

/** An id as its 18 characters. */
export const salesforceIdSchema = z.string().regex(shape).transform(toLongId)
