import { type Html, html, type Tone } from './html.ts'

export function badge(text: string, tone: Tone = 'plain'): Html {
  return html`<span class="badge ${tone}">${text}</span>`
}

/** A round mark; its meaning is in the text beside it. */
export function dot(tone: Tone): Html {
  return html`<span class="dot ${tone}" aria-hidden="true"></span>`
}

const stateTones: Readonly<Record<string, Tone>> = { linked: 'good', creating: 'info', undecided: 'warn' }

/** The state of a link. */
export function stateBadge(state: string): Html {
  return badge(state, stateTones[state])
}

/** `1 link`, `2,000 links`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`
}

/** `12,000` */
export function number(count: number): string {
  return count.toLocaleString('en-GB')
}

/** With a capital letter, as the first word of a sentence. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
