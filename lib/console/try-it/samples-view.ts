import { join } from 'node:path'
import type { Context, Hono } from 'hono'
import { BadInput } from '../../operator/errors.ts'
import { localDoor } from '../../operator/samples/find-door.ts'
import { loadRecords } from '../../operator/samples/load-records.ts'
import { postSample } from '../../operator/samples/post-samples.ts'
import { findSamples, type Sample } from '../../operator/samples/samples.ts'
import { projectRoot } from '../../operator/stage/project-root.ts'
import { counted } from '../parts/badges.ts'
import { hiddenFields } from '../parts/controls.ts'
import { type Html, html } from '../parts/html.ts'
import { titleOf } from '../parts/records.ts'
import type { Env } from '../security/session.ts'
import { readForm } from '../server/forms.ts'
import type { Site } from '../state/site.ts'
import { addSentPage, newSentLog, type SentLog } from './sent-view.ts'
import { localStack, tryItPage } from './try-it-page.ts'

type NamedSample = Sample & { readonly name: string }

/** Send a webhook: one of the samples, as it is or edited, signed as its CRM would. */
export function addSamples(app: Hono<Env>, site: Site): void {
  const sent = newSentLog()
  app.get('/try-it', (c) => {
    localStack(site)
    const samples = readSamples()
    const asked = c.req.query('sample')
    const chosen = asked === undefined ? samples[0] : samples.find(({ name }) => name === asked)
    if (!chosen) throw new BadInput('there is no such sample')
    const body = html`<div class="editor"><nav class="card samples" aria-label="Samples">${list(samples, chosen)}</nav>${editor(c, chosen)}</div>`
    return tryItPage(c, site, 'samples', body)
  })
  app.post('/try-it/send', async (c) => c.redirect(await send(c, site, sent), 303))
  addSentPage(app, site, sent)
}

/** The samples of all CRMs, by their path in events/. */
function readSamples(): readonly NamedSample[] {
  const folder = join(projectRoot, 'events')
  return findSamples([folder]).map((sample) => ({
    ...sample,
    name: sample.file.slice(sample.file.lastIndexOf(`${sample.source}/`)),
  }))
}

function list(samples: readonly NamedSample[], chosen: NamedSample): Html {
  const groups = [...Map.groupBy(samples, ({ source }) => source)]
  return html`${groups.map(
    ([source, members]) =>
      html`<h2>${titleOf(source)}</h2><ul>${members.map(
        ({ name }) =>
          html`<li><a href="/try-it?sample=${encodeURIComponent(name)}"${name === chosen.name ? html` aria-current="true"` : ''}>${shortName(name)}</a></li>`,
      )}</ul>`,
  )}`
}

const shortName = (name: string) => name.slice(name.indexOf('/') + 1).replace(/\.(json|xml)$/, '')

function editor(c: Context<Env>, { name, source, body, records, description }: NamedSample): Html {
  const text = Buffer.from(body).toString('utf8')
  const rows = Math.min(24, Math.max(10, text.split('\n').length + 1))
  const note = `Signed as ${titleOf(source)} signs, and posted to the HTTP API of the local stack.`
  const withRecords =
    records.length > 0
      ? html`<label class="check"><input type="checkbox" name="records" value="yes" checked> First save its ${counted(records.length, 'record')} in the sandbox of ${titleOf(source)}</label>`
      : ''
  return html`<form class="card" method="post" action="/try-it/send">${hiddenFields(c.get('session'), { sample: name })}<div class="card-head"><h2>${shortName(name)}</h2><span class="muted">${titleOf(source)}</span><div class="actions"><button class="button primary">Sign and send</button></div></div><div class="card-body stack">${description === undefined ? '' : html`<p>${description}</p>`}<p class="muted">${note} The same event within five minutes is dropped as a repeat: give it another event id or time.</p>${withRecords}<div class="field"><label for="f-body">Body</label><textarea id="f-body" name="body" rows="${rows}" spellcheck="false">
${text}</textarea></div></div></form>`
}

/** Returns where to go: the page of what was sent. */
async function send(c: Context<Env>, site: Site, sent: SentLog): Promise<string> {
  const stack = localStack(site)
  const field = await readForm(c)
  const sample = readSamples().find(({ name }) => name === field('sample'))
  if (!sample) throw new BadInput('there is no such sample')
  // Browsers send line breaks as CR LF.
  const body = Buffer.from(field('body').replaceAll('\r\n', '\n'))
  if (field('records') === 'yes') await loadRecords([sample], stack)
  const at = new Date()
  const posted = await postSample({ ...sample, body }, localDoor(stack))
  return `/try-it/sent/${sent.add({ ...posted, name: sample.name, at })}`
}
