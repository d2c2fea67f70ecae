import type { Context } from 'hono'
import { BadInput } from '../../operator/errors.ts'

/** The text fields of a form. */
export async function readForm(c: Context): Promise<(name: string) => string> {
  const fields = await c.req.parseBody()
  return (name) => {
    const value = fields[name]
    return typeof value === 'string' ? value : ''
  }
}

/** A path of ours to go back to; another site's address leads to the start. */
export function safePath(text: string): string {
  return /^\/(?![/\\])/.test(text) ? text : '/'
}

/** One of the choices, or undefined for nothing. Throws BadInput for anything else. */
export function oneOf<T extends string>(
  name: string,
  value: string | undefined,
  choices: readonly T[],
): T | undefined {
  if (value === undefined || value === '') return undefined
  const found = choices.find((choice) => choice === value)
  if (found === undefined) throw new BadInput(`${name}: expected ${choices.join(', ')}`)
  return found
}
