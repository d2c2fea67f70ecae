import { describeError } from '../../operator/errors.ts'
import { type Html, html, type Tone } from './html.ts'

/** A message in a box of its own. */
export function notice(tone: Tone, text: string | Html): Html {
  return html`<div class="notice ${tone}" role="${tone === 'bad' ? 'alert' : 'status'}"><div>${text}</div></div>`
}

/** What went wrong, in words, in the place of what could not be shown. */
export function failureNotice(error: unknown): Html {
  return html`<div class="notice bad" role="alert"><div>${describeError(error)}</div></div>`
}

/** In the place of a list that is empty: that it is, and why that may be. */
export function empty(title: string, text: string | Html, action?: Html): Html {
  return html`<div class="empty"><h2>${title}</h2><p>${text}</p>${action && html`<div class="actions">${action}</div>`}</div>`
}
