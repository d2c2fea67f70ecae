import { type Html, html } from '../parts/html.ts'

/** The width and height of a drawing, which is stretched to its place on the page. */
export const size = { width: 600, height: 150 } as const

/** The smallest round number that is not below the value and has a whole half: 2, 4, 6, 8, 10, 20, 40, 50, 60 … */
export function roundMaximum(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(Math.max(value, 1)))
  const steps = [1, 2, 4, 5, 6, 8, 10].map((step) => step * unit)
  return steps.find((step) => step >= value && step % 2 === 0) ?? value
}

/** Where a value is drawn: larger ones further up. */
export function heightOf(value: number, maximum: number): number {
  return Math.round((1 - value / maximum) * size.height * 10) / 10
}

/** A drawing with the numbers of its axes, which are text of the page so that they are never stretched. */
export function plot(drawing: Html, yLabels: readonly string[], xLabels: readonly string[]): Html {
  return html`<div class="plot"><div class="y-axis" aria-hidden="true">${yLabels.map((label) => html`<span>${label}</span>`)}</div>${drawing}<div class="x-axis" aria-hidden="true">${xLabels.map((label) => html`<span>${label}</span>`)}</div></div>`
}

/** Lines at the top, in the middle and at the bottom. */
export function gridLines(): Html {
  const { width, height } = size
  return html`${[0, height / 2, height].map(
    (y) =>
      html`<line class="grid" x1="0" x2="${width}" y1="${y}" y2="${y}" vector-effect="non-scaling-stroke"/>`,
  )}`
}

/** A few of the labels, evenly spread, the first and the last among them. */
export function spread(labels: readonly string[], most: number): readonly string[] {
  if (labels.length <= most) return labels
  return Array.from({ length: most }, (_, index) => {
    return labels[Math.round((index * (labels.length - 1)) / (most - 1))] ?? ''
  })
}
