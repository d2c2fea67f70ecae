import { number } from '../parts/badges.ts'
import { type Html, html } from '../parts/html.ts'
import { gridLines, heightOf, plot, roundMaximum, size, spread } from './scale.ts'

type BarSeries = {
  readonly name: string
  /** The class that colours it. */
  readonly look: string
  /** One for each bar. */
  readonly values: readonly number[]
}

export type BarChart = {
  /** What it shows, for screen readers; totals are added. */
  readonly title: string
  /** When each bar begins. */
  readonly times: readonly string[]
  /** Drawn upon each other, the first at the bottom. */
  readonly series: readonly BarSeries[]
}

const mostLabels = 5

/** Stacked bars over time, with a legend that holds the totals. The last bar is pale, as its time is not over. */
export function barChart({ title, times, series }: BarChart): Html {
  const sums = times.map((_, index) => series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0))
  const maximum = roundMaximum(Math.max(1, ...sums))
  const { width, height } = size
  const step = width / Math.max(1, times.length)
  const bars = times.map((time, index) => {
    let below = 0
    const x = round(index * step)
    const parts = series.map(({ look, values }) => {
      const value = values[index] ?? 0
      if (value === 0) return ''
      const top = heightOf(below + value, maximum)
      const bottom = heightOf(below, maximum)
      below += value
      return html`<rect class="${look}" x="${round(x + step * 0.12)}" width="${round(step * 0.76)}" y="${top}" height="${round(bottom - top)}"/>`
    })
    const isLast = index === times.length - 1
    return html`<g${isLast ? html` class="unfinished"` : ''}><title>${tooltip(time, index, series)}</title><rect class="hit" x="${x}" width="${round(step)}" y="0" height="${height}"/>${parts}</g>`
  })
  const totals = series.map(({ name, values }) => `${name} ${number(sumOf(values))}`).join(', ')
  const drawing = html`<svg class="chart" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${title}: ${totals}">${gridLines()}${bars}</svg>`
  return html`${legend(series)}${plot(drawing, [number(maximum), number(maximum / 2), '0'], spread(times, mostLabels))}`
}

function tooltip(time: string, index: number, series: readonly BarSeries[]): string {
  const counts = series
    .filter(({ values }) => (values[index] ?? 0) > 0)
    .map(({ name, values }) => `${number(values[index] ?? 0)} ${name}`)
  return `${time}: ${counts.length === 0 ? 'nothing' : counts.join(', ')}`
}

function legend(series: readonly BarSeries[]): Html {
  return html`<ul class="legend">${series.map(
    ({ name, look, values }) =>
      html`<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="${look}" width="10" height="10" rx="2"/></svg>${name} <b>${number(sumOf(values))}</b></li>`,
  )}</ul>`
}

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)
const round = (value: number) => Math.round(value * 100) / 100
