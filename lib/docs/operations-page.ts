import { type LogQuery, logQueries } from '../cloud/log-queries.ts'
import { answersTable } from './answers.ts'
import { replacePart } from './markdown.ts'

/** docs/operations.md with its answers to webhooks and its log queries made anew. Throws when a marker is missing in the page. */
export function operationsPage(page: string): string {
  const parts = {
    answers: answersTable(),
    queries: Object.values(logQueries).map(section).join('\n\n'),
  }
  return Object.entries(parts).reduce((text, [part, content]) => replacePart(text, part, content), page)
}

function section({ title, purpose, logs, text }: LogQuery): string {
  const names = logs.map((name) => `\`${name[0]?.toLowerCase()}${name.slice(1)}\``).join(', ')
  return `**${title}** (log of ${names}). ${purpose}\n\n\`\`\`text\n${text}\n\`\`\``
}
