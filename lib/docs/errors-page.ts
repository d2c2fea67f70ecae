import type { Appearance, ErrorCodeTable } from '../core/error-codes/entry.ts'
import { errorCodeGroups } from '../core/model/error-codes.ts'
import { table } from './markdown.ts'

const intro = `# Error codes

<!-- Generated from lib/core/error-codes by npm run docs. -->

Every code that can appear in a log line, a link, a dead letter, an answer to a CRM or a refusal of a command.

Where a code appears says what happens to the change:`

const appearances: Readonly<Record<Appearance, string>> = {
  'retried automatically':
    'The change waits and is tried again. Where a try [counts](operations.md#retries), the eighth makes it a dead letter.',
  'dead letter':
    'The change is in a [dead-letter queue](operations.md#dead-letters) with this code, and is kept for 14 days.',
  'answered to the CRM':
    'The webhook was refused. The code is in the log line `webhook refused` or `webhook not taken`; nothing of the request was queued.',
  'command refusal': 'A command ended with this code and changed nothing.',
  'log of reconcile': 'A log line of the function `reconcile` has this code.',
}

/** docs/errors.md: one heading per code, so that `docs/errors.md#contact_missing` leads to it. */
export function errorsPage(): string {
  const meanings = table(['Appears as', 'Meaning'], Object.entries(appearances))
  const index = errorCodeGroups.map(({ title, codes }) => `- **${title}:** ${linksTo(codes)}`)
  const sections = errorCodeGroups.flatMap(({ codes }) => Object.entries(codes).map(sectionOf))
  return `${[intro, meanings, index.join('\n'), ...sections].join('\n\n')}\n`
}

function linksTo(codes: ErrorCodeTable): string {
  return Object.keys(codes)
    .map((name) => `[${name}](#${name.toLowerCase()})`)
    .join(', ')
}

function sectionOf([name, { meaning, fix, appears }]: [string, ErrorCodeTable[string]]): string {
  return [`## ${name}`, meaning, `**What to do:** ${fix}`, `Appears as: ${appears.join(', ')}.`].join('\n\n')
}
