import colors from 'picocolors'
import { formatTable } from '../../../lib/cli/terminal/table.ts'
import type { Table } from './table.ts'

/** The tables as text, as wide as they need to be. */
export function showTables(tables: readonly Table[]): string {
  return tables.map(showTable).join('\n')
}

function showTable({ title, note, head, rows }: Table): string {
  const columns = head.map((heading) => ({ heading }))
  return `${colors.bold(title)}\n${colors.dim(note)}\n${formatTable(columns, rows, Number.POSITIVE_INFINITY)}\n`
}
