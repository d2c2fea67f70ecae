import { toNfc, wellFormed } from '../support/text.ts'

/** As in `Customer`: a value, null where the field is empty, undefined where nothing was said or it cannot be read. */
export type Value = string | null | undefined

export type FieldReader = {
  /**
   * The first of the values that can be read. Null when all that was said is that the field is empty; undefined when
   * nothing was said, and when what is there cannot be read: then `path` is noted.
   */
  read(path: string, values: readonly Value[], parse?: (text: string) => string | undefined): Value
  /** `unreadable` as `Customer` has it: absent where everything could be read. */
  noted(): { unreadable?: readonly string[] }
}

export function fieldReader(): FieldReader {
  const unreadable: string[] = []
  return {
    read(path, values, parse = cleanText) {
      const filled = values.filter((value) => typeof value === 'string' && value.trim() !== '')
      if (filled.length === 0) return values.some((value) => value !== undefined) ? null : undefined
      for (const value of filled) {
        const parsed = parse(value ?? '')
        if (parsed !== undefined) return parsed
      }
      unreadable.push(path)
      return undefined
    },
    noted: () => (unreadable.length > 0 ? { unreadable } : {}),
  }
}

/** One well-formed line in NFC, or undefined when nothing is left of it. */
export function cleanText(value: string): string | undefined {
  return toNfc(wellFormed(value)).trim() || undefined
}
