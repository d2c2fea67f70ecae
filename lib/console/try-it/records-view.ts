import type { Context, Hono } from 'hono'
import { readLinkPage } from '../../aws/link-pages.ts'
import { BadInput, describeError } from '../../operator/errors.ts'
import { queueAgain } from '../../operator/links/attach.ts'
import { putRecord } from '../../operator/samples/load-records.ts'
import { readRecords } from '../../operator/samples/sandbox-control.ts'
import { sourceNames } from '../../sources/registry.ts'
import { hiddenFields } from '../parts/controls.ts'
import { type Html, html } from '../parts/html.ts'
import { empty } from '../parts/notices.ts'
import { recordPath, titleOf } from '../parts/records.ts'
import type { Env } from '../security/session.ts'
import { readForm } from '../server/forms.ts'
import type { Site } from '../state/site.ts'
import { localStack, tryItPage } from './try-it-page.ts'

type Listed = { readonly source: string; readonly key: string; readonly record: Record<string, unknown> }

const lookMs = 1500
const mostListed = 500

/** CRM records: what the sandboxes hold, to be changed as a person would in the CRM. */
export function addRecords(app: Hono<Env>, site: Site): void {
  app.get('/try-it/records', async (c) => {
    const records = await listRecords(site)
    const asked = c.req.query('record')
    const chosen = asked === undefined ? records[0] : records.find(({ key }) => key === asked)
    if (!chosen)
      return tryItPage(c, site, 'records', html`<div class="card">${none(asked !== undefined)}</div>`)
    const body = html`<div class="editor"><nav class="card samples" aria-label="Records">${list(records, chosen)}</nav>${editor(c, chosen)}</div>`
    return tryItPage(c, site, 'records', body)
  })
  app.post('/try-it/records', async (c) => c.redirect(await save(c, site), 303))
}

async function listRecords(site: Site): Promise<readonly Listed[]> {
  const { sandboxes } = localStack(site)
  const crms = Object.entries(sandboxes).filter(([name]) => sourceNames.some((source) => source === name))
  const all = await Promise.all(
    crms.map(async ([source, url]) =>
      (await readRecords(url)).slice(0, mostListed).map((record) => ({
        source,
        key: [source, ...nameOf(record)].join('/'),
        record,
      })),
    ),
  )
  return all.flat().toSorted((a, b) => a.key.localeCompare(b.key, 'en', { numeric: true }))
}

/** What kind of record it is, and its id, as far as the CRM has such fields. */
function nameOf(record: Record<string, unknown>): readonly string[] {
  return [record['object'], record['id']].flatMap((part) => (part === undefined ? [] : [String(part)]))
}

function list(records: readonly Listed[], chosen: Listed): Html {
  const groups = [...Map.groupBy(records, ({ source }) => source)]
  return html`${groups.map(
    ([source, members]) =>
      html`<h2>${titleOf(source)}</h2><ul>${members.map(
        ({ key, record }) =>
          html`<li><a href="/try-it/records?record=${encodeURIComponent(key)}"${key === chosen.key ? html` aria-current="true"` : ''}>${nameOf(record).join(' ')}</a></li>`,
      )}</ul>`,
  )}`
}

function none(isUnknown: boolean): Html {
  return isUnknown
    ? empty('No such record', html`<a href="/try-it/records">All records</a>`)
    : empty(
        'No records yet',
        html`<a href="/try-it">Send a webhook</a>: its records are saved in the sandbox CRM first.`,
      )
}

function editor(c: Context<Env>, { source, key, record }: Listed): Html {
  const text = JSON.stringify(record, null, 2)
  const rows = Math.min(28, text.split('\n').length + 1)
  return html`<form class="card" method="post" action="/try-it/records">${hiddenFields(c.get('session'), { source, key })}<div class="card-head"><h2>${nameOf(record).join(' ')}</h2><span class="muted">${titleOf(source)}</span><div class="actions"><button class="button" name="sync" value="">Save only</button><button class="button primary" name="sync" value="yes">Save and sync</button></div></div><div class="card-body stack"><p class="muted">Saving changes the record as a person would in ${titleOf(source)}. Syncing queues it to be read and sent to its provider.</p><div class="field"><label for="f-record">Record</label><textarea id="f-record" name="record" rows="${rows}" spellcheck="false">
${text}</textarea></div></div></form>`
}

/** Returns where to go: the record's page once it is being synced, else the editor. */
async function save(c: Context<Env>, site: Site): Promise<string> {
  const field = await readForm(c)
  const source = field('source')
  const url = localStack(site).sandboxes[source]
  if (!url) throw new BadInput('there is no such sandbox')
  const here = `/try-it/records?record=${encodeURIComponent(field('key'))}`
  try {
    const record: unknown = JSON.parse(field('record'))
    await putRecord(url, record, titleOf(source))
    if (field('sync') !== 'yes') {
      return site.notices.leave(here, {
        tone: 'good',
        text: 'Saved in the sandbox. Nothing was told to the sync.',
      })
    }
    return await sync(String(Object(record)['id']), source, site, here)
  } catch (error) {
    const text = error instanceof SyntaxError ? 'not saved: this is no JSON' : describeError(error)
    return site.notices.leave(here, { tone: 'bad', text })
  }
}

/** Queues the record if it has a link, which says of which account and type it is. */
async function sync(recordId: string, source: string, site: Site, here: string): Promise<string> {
  const stage = site.place.stage()
  const { dynamodb, linksTable } = stage
  const filter = { recordId, source }
  const { links } = await readLinkPage(dynamodb, linksTable, { filter, size: 1, budgetMs: lookMs })
  const [link] = links
  if (link && (await queueAgain(link, stage))) {
    const text = 'Saved in the sandbox, and queued: the record is being read and synced.'
    return site.notices.leave(recordPath(link.ref), { tone: 'good', text })
  }
  const text = 'Saved. The record has no link yet: send a webhook of it, which begins one.'
  return site.notices.leave(here, { tone: 'warn', text })
}
