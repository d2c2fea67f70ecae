import { wellFormed } from './text.ts'

/** The e-mail address, trimmed, or undefined when the text cannot be one. Never throws. */
export function toEmail(text: string): string | undefined {
  const email = wellFormed(text).trim()
  return /^[^\s@]+@[^\s@]+$/.test(email) ? email : undefined
}
