import { readFileSync } from 'node:fs'
import { BadInput } from '../../../lib/operator/errors.ts'
import type { Report } from './report.ts'
import type { Table } from './table.ts'

/** Reads what `--json` has written. Throws BadInput. */
export function readReport(file: string): Report {
  const report = parsed(file)
  if (report.version !== 1) throw new BadInput(`${file} is not a report of npm run bench -- --json`)
  return report
}

function parsed(file: string): Partial<Report> & Report {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report
  } catch (cause) {
    const why = cause instanceof SyntaxError ? 'is not JSON' : 'cannot be read'
    throw new BadInput(`${file} ${why}`, { cause })
  }
}

/** Every figure that both reports have, side by side. A ratio below 1 is less than before. */
export function compareReports(before: Report, now: Report): Table {
  const old = figuresOf(before)
  const rows = [...figuresOf(now)].flatMap(([name, value]) => {
    const was = old.get(name)
    if (was === undefined) return []
    return [[name, String(was), String(value), was === 0 ? '' : (value / was).toFixed(2)]]
  })
  return {
    title: `Compared with ${before.date}`,
    note: `Before: ${before.machine}. Times of different machines cannot be compared.`,
    head: ['figure', 'before', 'now', 'ratio'],
    rows,
  }
}

function figuresOf({
  handlers,
  calls,
  coldStarts,
  faults,
  scale,
  dollars,
}: Report): ReadonlyMap<string, number> {
  return new Map<string, number>([
    ...(handlers?.costs ?? []).flatMap(({ what, cpuMs, logBytes }) => [
      [`CPU ms, ${what}`, cpuMs.median] as const,
      [`log bytes, ${what}`, logBytes] as const,
    ]),
    ...(calls ?? []).flatMap(({ what, calls: counts, writeUnits }) => [
      [`calls, ${what}`, Object.values(counts).reduce((sum, count) => sum + count, 0)] as const,
      [`write units, ${what}`, writeUnits] as const,
    ]),
    ...(coldStarts ?? []).flatMap(({ what, totalMs, bytes }) => [
      [`cold start CPU ms, ${what}`, totalMs.median] as const,
      [`bytes, ${what}`, bytes] as const,
    ]),
    ...(faults?.scenarios ?? []).flatMap((row) => [
      [`p99 s, ${row.what}`, row.p99Seconds] as const,
      [`door p99 ms, ${row.what}`, row.doorP99Ms] as const,
      [`lost and duplicates, ${row.what}`, row.lost + row.duplicates] as const,
    ]),
    ...(scale ?? [])
      .slice(-1)
      .map(({ cpuMsPerChange }) => ['CPU ms, last window of many', cpuMsPerChange] as const),
    ...(dollars?.rows ?? []).map(
      ({ what, traffic, total }) => [`$ per million, ${what}, ${traffic}`, total] as const,
    ),
  ])
}
