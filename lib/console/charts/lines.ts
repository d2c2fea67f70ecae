import { type Html, html } from '../parts/html.ts'
import { gridLines, heightOf, plot, roundMaximum, size, spread } from './scale.ts'

type LineSeries = {
  readonly name: string
  /** The first series is filled, the second dashed. */
  readonly look: 'first' | 'second'
  /** One for each time; null where nothing is known. */
  readonly values: readonly (number | null)[]
}

export type LineChart = {
  /** What it shows, for screen readers; the last values are added. */
  readonly title: string
  readonly times: readonly string[]
  readonly series: readonly LineSeries[]
  /** A value as people read it. */
  readonly format: (value: number) => string
}

type Point = readonly [x: number, y: number]

const mostLabels = 4

/** Lines over time, with gaps where nothing is known. */
export function lineChart({ title, times, series, format }: LineChart): Html {
  const known = series.flatMap(({ values }) => values.filter((value) => value !== null))
  const maximum = roundMaximum(Math.max(1, ...known))
  const { width, height } = size
  const xOf = (index: number) => Math.round((index / Math.max(1, times.length - 1)) * width * 10) / 10
  const drawn = series.map(({ look, values, name }) => {
    const runs = runsOf(values, (value, index) => [xOf(index), heightOf(value, maximum)])
    const last = values.findLast((value) => value !== null)
    const area = look === 'first' ? runs.map((run) => html`<path class="area" d="${areaOf(run)}"/>`) : ''
    const lines = runs.map(
      (run) => html`<path class="line ${look}${run.length === 1 ? ' point' : ''}" d="${pathOf(run)}"/>`,
    )
    return {
      shape: html`${area}${lines}`,
      text: `${name} ${last === undefined || last === null ? 'unknown' : format(last)}`,
    }
  })
  const label = `${title}: ${drawn.map(({ text }) => text).join(', ')}`
  const drawing = html`<svg class="chart" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${label}">${gridLines()}${drawn.map(({ shape }) => shape)}</svg>`
  return html`${legend(series)}${plot(drawing, [format(maximum), format(maximum / 2), format(0)], spread(times, mostLabels))}`
}

/** The stretches without a gap. */
function runsOf(
  values: readonly (number | null)[],
  at: (value: number, index: number) => Point,
): readonly (readonly Point[])[] {
  const runs: Point[][] = []
  let run: Point[] | null = null
  for (const [index, value] of values.entries()) {
    if (value === null) {
      run = null
      continue
    }
    if (run === null) {
      run = []
      runs.push(run)
    }
    run.push(at(value, index))
  }
  return runs
}

function pathOf(points: readonly Point[]): string {
  const path = points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join('')
  // A line without length, whose round ends make a dot.
  return points.length === 1 ? `${path}h0.01` : path
}

function areaOf(points: readonly Point[]): string {
  const [first] = points
  const last = points.at(-1)
  return first && last ? `${pathOf(points)}L${last[0]} ${size.height}L${first[0]} ${size.height}Z` : ''
}

function legend(series: readonly LineSeries[]): Html {
  if (series.length < 2) return html``
  return html`<ul class="legend">${series.map(
    ({ name, look }) =>
      html`<li><svg viewBox="0 0 10 10" aria-hidden="true"><path class="line ${look}" d="M0 5H10"/></svg>${name}</li>`,
  )}</ul>`
}
