import { readFileSync } from 'node:fs'
import { performancePages, savedReport } from '../bench/report/performance-page.ts'
import type { Report } from '../bench/report/report.ts'

const report = JSON.parse(readFileSync(savedReport, 'utf8')) as Report

it.each(performancePages(report))(
  '$path shows the saved run (npm run bench -- --from docs/performance.json --save)',
  ({ path, content }) => {
    expect(readFileSync(path, 'utf8')).toBe(content)
  },
)
