import { toNfc, wellFormed } from '../support/text.ts'

/** As in `Customer`: a value, null when the field is empty, undefined when it was not provided or cannot be read. */
export type Value = string | null | undefined

export type FieldReader = {
  /**
   * The first value that can be read. Null when the field is only known to be empty. Undefined when it was not
   * provided, or when it cannot be read; `path` is then added to `unreadable`.
   */
  read(path: string, values: readonly Value[], parse?: (text: string) => string | undefined): Value
  /** `unreadable` as in `Customer`: absent when everything could be read. */
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

/** One well-formed line in NFC, or undefined when nothing is left. */
export function cleanText(value: string): string | undefined {
  return toNfc(wellFormed(value)).trim() || undefined
}
