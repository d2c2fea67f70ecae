import { wellFormed } from './text.ts'

/** The trimmed e-mail address, or undefined when the text is not one. Never throws. */
export function toEmail(text: string): string | undefined {
  const email = wellFormed(text).trim()
  return /^[^\s@]+@[^\s@]+$/.test(email) ? email : undefined
}
