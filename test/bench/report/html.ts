import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { html, raw } from '../../../lib/console/parts/html.ts'
import { chartsOf } from './charts.ts'
import type { Report } from './report.ts'
import type { Table } from './table.ts'

/** One HTML page with the tables and charts, which needs no network: uPlot is part of it. */
export function htmlReport(report: Report, tables: readonly Table[]): string {
  const part = (url: string) => raw(readFileSync(fileURLToPath(url), 'utf8'))
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>crm-pay-sync: benchmarks of ${report.date}</title>
<style>${part(import.meta.resolve('uplot/dist/uPlot.min.css'))}${raw(styles)}</style>
</head>
<body>
<h1>Benchmarks</h1>
<p>${report.date}; ${report.machine}</p>
<div id="charts"></div>
${tables.map(tableOf)}
<script>${part(import.meta.resolve('uplot/dist/uPlot.iife.min.js'))}</script>
<script>const charts = ${raw(inScript(chartsOf(report)))};${raw(script)}</script>
</body>
</html>
`
  return String(page)
}

function tableOf({ title, note, head, rows }: Table) {
  return html`<section><h2>${title}</h2><p>${note}</p><div class="wide"><table>
<thead><tr>${head.map((heading) => html`<th scope="col">${heading}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody>
</table></div></section>
`
}

/** JSON that cannot end the script element. */
function inScript(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c')
}

const styles = `
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1100px; margin: 2rem auto; padding: 0 1rem; color: #1d2733; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 2.5rem; font-size: 1.2rem; }
p { color: #55626f; } .wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; } th, td { text-align: left; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid #e3e8ee; vertical-align: top; }
td:not(:first-child) { font-variant-numeric: tabular-nums; }
#charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(480px, 1fr)); gap: 1.5rem; }
.u-title { font-size: 14px !important; }
`

const script = `
const colors = ['#2563eb', '#d97706', '#059669', '#be185d']
for (const chart of charts) {
  const bars = chart.bars && uPlot.paths.bars({ size: [0.6, 60] })
  const labels = chart.labels
  const axis = labels
    ? { values: (_, splits) => splits.map((at) => labels[at] ?? ''), splits: chart.values, rotate: -40, size: 190, grid: { show: false } }
    : { label: chart.below }
  const box = document.getElementById('charts').appendChild(document.createElement('div'))
  if (labels) box.style.gridColumn = '1 / -1'
  new uPlot({
    title: chart.title,
    width: labels ? 1060 : 500,
    height: labels ? 460 : 300,
    scales: { x: { time: false, range: labels && [-0.5, labels.length - 0.5] }, y: chart.logarithmic ? { distr: 3 } : { range: (_, __, most) => [0, most * 1.1] } },
    axes: [axis, { size: 60 }],
    series: [
      labels ? { value: (_, at) => labels[at] } : {},
      ...chart.series.map(({ name }, index) => ({ label: name, stroke: colors[index], width: 2, ...(bars && { paths: bars, fill: colors[index] + '99' }) })),
    ],
  }, [chart.values, ...chart.series.map(({ values }) => values)], box)
}
`
