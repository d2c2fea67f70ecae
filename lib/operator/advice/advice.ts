import { errorCodes, errorPage } from '../../core/model/error-codes.ts'
import { shellQuote } from '../../support/shell-quote.ts'
import { asTypedNext } from './as-typed.ts'

/** What to do about an error code, and where it is explained, a line each. */
export function adviceFor(code: string): readonly string[] {
  const entry = Object.hasOwn(errorCodes, code) ? errorCodes[code] : undefined
  return [...(entry ? [plainText(entry.fix)] : []), `See ${errorPage(code)}`]
}

/** Markdown of docs/errors.md as it reads in a terminal: links are followed by their page, from the root of the project. */
function plainText(markdown: string): string {
  return markdown
    .replace(/\[([^\]]+)\]\(([^)]+)\)/g, (_, text: string, target: string) => `${text} (docs/${target})`)
    .replaceAll('`', '')
}

/** Options of a command that must be repeated in the commands that it suggests. */
export type StageFlags = { readonly stage?: string | undefined; readonly region?: string | undefined }

/** A word of a command, or what the operator has to put there: `<customer id>`. */
type Word = string | { readonly placeholder: string }

/**
 * A command to be copied: `npm run links -- attach 501 notchpay cus_8 --stage prod`, or with npx if this one was called so.
 * Words are quoted for a POSIX shell.
 */
export function commandLine(name: string, words: readonly Word[], { stage, region }: StageFlags): string {
  const flags = [...(stage ? ['--stage', stage] : []), ...(region ? ['--region', region] : [])]
  const texts = [...words, ...flags].map((word) =>
    typeof word === 'string' ? shellQuote(word) : `<${word.placeholder}>`,
  )
  return asTypedNext(['crm-pay-sync', name, ...texts].join(' '))
}

/** `Next: nothing to do`, or several lines below the heading. */
export function formatNext(lines: readonly string[]): string {
  const [first = 'nothing to do', ...others] = lines
  if (others.length === 0) return `Next: ${first}`
  return ['Next:', ...lines.map((line) => `  ${line}`)].join('\n')
}
