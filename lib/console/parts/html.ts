import type { HtmlEscapedString } from 'hono/utils/html'

export { html, raw } from 'hono/html'

/** What the `html` template makes: everything put into it was escaped. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

/** How serious something is; the name of a CSS class. */
export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'plain'
