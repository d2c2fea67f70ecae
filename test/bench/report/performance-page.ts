import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { replacePart, table } from '../../../lib/docs/markdown.ts'
import { projectRoot } from '../../../lib/operator/stage/project-root.ts'
import type { Report } from './report.ts'
import { summaryOf } from './summary.ts'
import { tablesOf } from './tables.ts'

/** The saved run, from which the pages are made. */
export const savedReport = 'docs/performance.json'

export type Page = { readonly path: string; readonly content: string }

/** The pages that show figures of a run, with their generated parts made anew. */
export function performancePages(report: Report, read: (path: string) => string = readPage): readonly Page[] {
  const { lines, readme, cost } = summaryOf(report)
  const tables = tablesOf(report)
    .map(({ title, note, head, rows }) => `### ${title}\n\n${note}\n\n${table(head, rows)}`)
    .join('\n\n')
  const measured = `Measured on ${report.date.slice(0, 10)} on ${report.machine}; medians of ${report.rounds} rounds. Times depend on the machine: compare only figures of one run.`
  const page = replacePart(read('docs/performance.md'), 'summary', [measured, ...lines].join('\n\n'))
  return [
    { path: 'docs/performance.md', content: replacePart(page, 'tables', tables) },
    { path: 'docs/cost.md', content: replacePart(read('docs/cost.md'), 'cost', cost) },
    { path: 'README.md', content: replacePart(read('README.md'), 'performance', readme) },
  ]
}

/** Saves the run and writes the pages. */
export function savePages(report: Report): void {
  writeFileSync(join(projectRoot, savedReport), `${JSON.stringify(report, null, 2)}\n`)
  for (const { path, content } of performancePages(report)) writeFileSync(join(projectRoot, path), content)
}

function readPage(path: string): string {
  return readFileSync(join(projectRoot, path), 'utf8')
}
