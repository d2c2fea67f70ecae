import { BadInput } from '../../lib/operator/errors.ts'

/** Reads the value of `--only`: some of the known names, separated by commas. Throws BadInput. */
export function namesOf<Name extends string>(known: readonly Name[]): (text: string) => readonly Name[] {
  return (text) =>
    text.split(',').map((name) => {
      const found = known.find((each) => each === name.trim())
      if (!found) throw new BadInput(`--only ${name}: expected ${known.join(', ')}`)
      return found
    })
}
