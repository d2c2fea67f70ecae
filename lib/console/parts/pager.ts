import { number } from './badges.ts'
import { type Html, html } from './html.ts'

/** The part of a list that a page shows; a page that does not exist is the nearest one. */
export function pageOf<T>(all: readonly T[], asked: string | undefined, size: number) {
  const pages = Math.max(1, Math.ceil(all.length / size))
  const wanted = /^\d{1,6}$/.test(asked ?? '') ? Number(asked) : 1
  const page = Math.min(Math.max(1, wanted), pages)
  return { shown: all.slice((page - 1) * size, page * size), page, pages, from: (page - 1) * size + 1 }
}

/** Links to the pages around this one; nothing where there is only one. */
export function pager(page: number, pages: number, href: (page: number) => string): Html {
  if (pages === 1) return html``
  const link = (to: number, text: string, rel: string) =>
    html`<a class="button" rel="${rel}" href="${href(to)}">${text}</a>`
  return html`<nav class="card-foot" aria-label="Pages"><span>Page ${number(page)} of ${number(pages)}</span><span class="actions">${page > 2 ? link(1, 'First', 'first') : ''}${page > 1 ? link(page - 1, 'Previous', 'prev') : ''}${page < pages ? link(page + 1, 'Next', 'next') : ''}</span></nav>`
}
