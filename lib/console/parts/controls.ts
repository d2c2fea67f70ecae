import { type Session, tokenField } from '../security/session.ts'
import { type Html, html } from './html.ts'

type Fields = Readonly<Record<string, string | undefined>>

/** The token that every form sends, and further hidden fields. */
export function hiddenFields(session: Session, fields: Fields = {}): Html {
  const given = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return html`<input type="hidden" name="${tokenField}" value="${session.token}">${given.map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}`
}

export type ButtonLook = 'primary' | 'danger' | 'quiet' | ''

/** A button that sends a form of hidden fields. */
export function actionButton(
  session: Session,
  { action, fields, label, look = '' }: { action: string; fields?: Fields; label: string; look?: ButtonLook },
): Html {
  return html`<form method="post" action="${action}">${hiddenFields(session, fields)}<button class="button ${look}">${label}</button></form>`
}

export type Confirmation = {
  /** Unique on the page. */
  readonly id: string
  /** On the button that asks. */
  readonly label: string
  readonly look?: ButtonLook
  readonly title: string
  readonly text: string | Html
  readonly action: string
  readonly fields?: Fields
  /** On the button that acts; says how many it concerns. */
  readonly confirm: string
  readonly isHarmless?: boolean
}

/** A button that asks first. A popover needs no script; Escape and a click beside it close it. */
export function confirmButton(session: Session, it: Confirmation): Html {
  const { id, label, look = '', title, text, action, fields, confirm, isHarmless = false } = it
  return html`<button class="button ${look}" type="button" popovertarget="${id}">${label}</button>
<div id="${id}" class="popup" popover role="dialog" aria-labelledby="${id}-title">
  <h2 id="${id}-title">${title}</h2>
  <p class="muted">${text}</p>
  <div class="actions">
    <button class="button" type="button" popovertarget="${id}" popovertargetaction="hide" autofocus>Cancel</button>
    <form method="post" action="${action}">${hiddenFields(session, fields)}<button class="button ${isHarmless ? 'primary' : 'danger'}">${confirm}</button></form>
  </div>
</div>`
}

type Choice = readonly [value: string, text: string]

/** A labelled drop-down list. */
export function select(
  name: string,
  label: string,
  choices: readonly Choice[],
  chosen: string | undefined,
): Html {
  return html`<div class="field"><label for="f-${name}">${label}</label><select id="f-${name}" name="${name}">${choices.map(
    ([value, text]) =>
      html`<option value="${value}"${value === (chosen ?? '') ? html` selected` : ''}>${text}</option>`,
  )}</select></div>`
}

/** A labelled text field. */
export function textField(
  name: string,
  label: string,
  {
    value = '',
    placeholder = '',
    type = 'text',
    isRequired = false,
  }: { value?: string; placeholder?: string; type?: string; isRequired?: boolean } = {},
): Html {
  return html`<div class="field"><label for="f-${name}">${label}</label><input id="f-${name}" type="${type}" name="${name}" value="${value}" placeholder="${placeholder}"${isRequired ? html` required` : ''} autocomplete="off" spellcheck="false"></div>`
}
