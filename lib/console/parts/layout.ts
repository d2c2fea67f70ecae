import type { Session } from '../security/session.ts'
import { assetUrl } from '../static/assets.ts'
import { actionButton, hiddenFields } from './controls.ts'
import { type Html, html } from './html.ts'
import { icon } from './icons.ts'
import { type NavCounts, navigation, type View } from './navigation.ts'

export type Frame = {
  readonly session: Session
  /** Where the console acts: `local`, or the name of a deployed stage. */
  readonly stage: string
  readonly isLocal: boolean
  readonly counts: NavCounts
  /** The path and query of the page, to come back to after a choice. */
  readonly here: string
}

export type Page = {
  readonly title: string
  readonly view: View | null
  readonly body: Html
  /** Where the page gets its updates from; it shows a pause button then. */
  readonly live?: string | undefined
  /** What was searched for. */
  readonly query?: string
}

/** A whole page. Both scripts are loaded before the body is read, so that nothing is missed. */
export function layout(frame: Frame, { title, view, body, live, query }: Page): Html {
  const { session, stage } = frame
  return html`<!doctype html>
<html lang="en"${session.theme === 'auto' ? '' : html` data-theme="${session.theme}"`}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="htmx-config" content='{"includeIndicatorCSS":false,"history":false}'>
<title>${title} · crm-pay-sync ${stage}</title>
<link rel="icon" href="${assetUrl('icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${assetUrl('console.css')}">
<script src="${assetUrl('htmx.js')}"></script>
<script src="${assetUrl('console.js')}"></script>
</head>
<body data-shortcuts="${session.hasShortcuts ? 'on' : 'off'}">
<a class="skip" href="#main">Skip to the content</a>
<div class="shell">
<header class="side">
<a class="brand" href="/">${icon('brand', 20)}<span>crm-pay-sync</span><span class="stage ${frame.isLocal ? '' : 'is-deployed'}" title="${frame.isLocal ? 'The local stack' : `Deployed stage ${stage}`}">${stage}</span></a>
<nav aria-label="Views">${navigation(view, frame)}</nav>
<div class="side-foot">${themeButton(frame)}${helpButton(frame)}</div>
</header>
<div>
<div class="top">
<form class="find" role="search" action="/find">${icon('search')}<label class="sr-only" for="find">Record, customer or event id</label><input id="find" type="search" name="q" value="${query ?? ''}" placeholder="Record, customer or event id" autocomplete="off" spellcheck="false" required>${session.hasShortcuts ? html`<kbd aria-hidden="true">/</kbd>` : ''}</form>
${live === undefined ? '' : liveStatus(live)}
</div>
<main id="main" tabindex="-1">${body}</main>
</div>
</div>
</body>
</html>`
}

/** The stream of updates, its state in words, and the button that pauses it. */
function liveStatus(url: string): Html {
  return html`<div class="live" id="live" hx-sse:connect="${url}" hx-swap="none" data-state="connecting"><span class="dot" aria-hidden="true"></span><span id="live-text" role="status">Connecting</span><button class="button quiet" type="button" id="pause" aria-pressed="false">Pause</button></div>`
}

const nextTheme = { auto: 'light', light: 'dark', dark: 'auto' } as const

function themeButton({ session, here }: Frame): Html {
  const label = `Theme: ${session.theme}`
  return html`<form method="post" action="/choices">${hiddenFields(session, { theme: nextTheme[session.theme], back: here })}<button class="button quiet icon" title="${label}" aria-label="${label}">${icon('theme')}</button></form>`
}

function helpButton({ session, here, isLocal }: Frame): Html {
  const keys = [
    ['/', 'Search'],
    ['g o', 'Overview'],
    ['g a', 'Activity'],
    ['g l', 'Links'],
    ['g d', 'Decisions'],
    ['g x', 'Dead letters'],
    ['g j', 'Jobs'],
    ...(isLocal ? [['g t', 'Try it']] : []),
    ['p', 'Pause or resume updates'],
    ['?', 'This help'],
  ] as const
  const isOn = session.hasShortcuts
  return html`<button class="button quiet icon" type="button" popovertarget="help" title="Keyboard shortcuts" aria-label="Keyboard shortcuts">${icon('help')}</button>
<div id="help" class="popup" popover role="dialog" aria-labelledby="help-title">
<h2 id="help-title">Keyboard shortcuts</h2>
<p class="muted">${isOn ? 'Single keys work outside text fields.' : 'Shortcuts are switched off.'}</p>
<dl class="facts">${keys.map(([key, what]) => html`<dt><kbd>${key}</kbd></dt><dd>${what}</dd>`)}</dl>
<div class="actions">${actionButton(session, {
    action: '/choices',
    fields: { shortcuts: isOn ? 'off' : 'on', back: here },
    label: isOn ? 'Switch shortcuts off' : 'Switch shortcuts on',
  })}<button class="button" type="button" popovertarget="help" popovertargetaction="hide">Close</button></div>
</div>`
}
