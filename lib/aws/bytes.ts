import type { SourceData } from '@smithy/types'

/** A view of the same bytes; text as UTF-8. Throws TypeError for anything else. */
export function toBuffer(data: SourceData): Buffer {
  if (typeof data === 'string') return Buffer.from(data)
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(data)
}
