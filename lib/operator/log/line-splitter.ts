import { StringDecoder } from 'node:string_decoder'

/** A longer line is no log line, as Lambda cuts them at 256 KB. It is dropped instead of kept in memory. */
const longestLine = 1024 * 1024

export type LineSplitter = {
  /** The lines that these bytes complete. An unfinished last line is kept for the next call. */
  push(bytes: Buffer): readonly string[]
}

/** Splits bytes that arrive in pieces into lines. Characters that a piece cuts in two stay whole. */
export function splitLines(): LineSplitter {
  const decoder = new StringDecoder('utf8')
  let partial = ''
  let isTooLong = false
  return {
    push(bytes) {
      const [first = '', ...others] = decoder.write(bytes).split('\n')
      const lines = [`${partial}${first}`, ...others]
      partial = lines.pop() ?? ''
      if (isTooLong && lines.length > 0) {
        lines.shift()
        isTooLong = false
      }
      if (isTooLong || partial.length > longestLine) {
        isTooLong = true
        partial = ''
      }
      return lines.filter((line) => line !== '' && line.length <= longestLine)
    },
  }
}
