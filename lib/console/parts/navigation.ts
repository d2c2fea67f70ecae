import { number } from './badges.ts'
import { type Html, html } from './html.ts'
import { type Icon, icon } from './icons.ts'

const views = ['overview', 'activity', 'links', 'decisions', 'deadLetters', 'jobs', 'tryIt'] as const
export type View = (typeof views)[number]

/** Null: not known yet. */
export type NavCounts = {
  readonly undecided: number | null
  readonly deadLetters: number | null
  /** Of the dead letters, those that are not retried automatically. */
  readonly manual: number | null
  readonly runningJobs: number
}

const entries: Readonly<Record<View, readonly [path: string, label: string]>> = {
  overview: ['/', 'Overview'],
  activity: ['/activity', 'Activity'],
  links: ['/links', 'Links'],
  decisions: ['/decisions', 'Decisions'],
  deadLetters: ['/dead-letters', 'Dead letters'],
  jobs: ['/jobs', 'Jobs'],
  tryIt: ['/try-it', 'Try it'],
}

/** Links to the views, with how much waits in each. */
export function navigation(
  current: View | null,
  { counts, isLocal }: { readonly counts: NavCounts; readonly isLocal: boolean },
): Html {
  const shown = views.filter((view) => view !== 'tryIt' || isLocal)
  return html`<ul class="nav" id="nav">${shown.map((view) => {
    const [path, label] = entries[view]
    return html`<li><a href="${path}" data-key="${path}"${view === current ? html` aria-current="page"` : ''}>${icon(view satisfies Icon)}<span>${label}</span>${countOf(view, counts)}</a></li>`
  })}</ul>`
}

function countOf(view: View, { undecided, deadLetters, manual, runningJobs }: NavCounts): Html | '' {
  if (view === 'decisions') return count(undecided, 'warn', 'undecided')
  if (view === 'deadLetters') return count(deadLetters, manual ? 'bad' : 'warn', 'in the queues')
  return view === 'jobs' ? count(runningJobs, '', 'running') : ''
}

function count(value: number | null, tone: string, what: string): Html | '' {
  if (!value) return ''
  return html`<span class="count ${tone}">${number(value)}<span class="sr-only"> ${what}</span></span>`
}
