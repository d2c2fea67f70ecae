import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import { BadCursor } from '../aws/link-pages.ts'
import { BadInput, describeError } from '../operator/errors.ts'
import { addActivity } from './activity/activity-view.ts'
import { addLive } from './activity/live.ts'
import { addDeadLetters } from './dead-letters/dead-letters-view.ts'
import { addDecisions } from './decisions/decisions-view.ts'
import { addLinkActions } from './decisions/link-actions.ts'
import { addJobs } from './jobs/jobs-view.ts'
import { addLinks } from './links/links-view.ts'
import { addOverview } from './overview/overview-view.ts'
import { html } from './parts/html.ts'
import { empty, failureNotice } from './parts/notices.ts'
import { addFind } from './records/find-view.ts'
import { addRecordPage } from './records/record-view.ts'
import { protectAnswers } from './security/headers.ts'
import { checkHost, checkOrigin } from './security/requests.ts'
import { type Env, keepChoice, sessions, themes } from './security/session.ts'
import { oneOf, readForm, safePath } from './server/forms.ts'
import { head, render } from './server/render.ts'
import type { Site } from './state/site.ts'
import { findAsset } from './static/assets.ts'
import { addCalls } from './try-it/calls-view.ts'
import { addFaults } from './try-it/faults-view.ts'
import { addRecords } from './try-it/records-view.ts'
import { addSamples } from './try-it/samples-view.ts'

export type AppSettings = {
  readonly port: number
  /** Set: a browser must open the address with this key first. */
  readonly key?: string | undefined
}

const mostBytes = 2 * 1024 * 1024

/** The pages and actions of the console. */
export function consoleApp(site: Site, { port, key }: AppSettings): Hono<Env> {
  const app = new Hono<Env>()
  app.use(protectAnswers, checkHost, checkOrigin)
  app.use(
    bodyLimit({
      maxSize: mostBytes,
      onError: (c) => c.text('Payload too large: expected at most 2 MiB\n', 413),
    }),
  )
  app.get('/static/:name', (c) => {
    const asset = findAsset(c.req.param('name'))
    if (!asset) return c.text('Not found\n', 404)
    c.header('etag', asset.etag)
    c.header('cache-control', c.req.query('v') ? 'max-age=31536000, immutable' : 'no-cache')
    if (c.req.header('if-none-match') === asset.etag) return c.body(null, 304)
    return c.body(asset.body, 200, { 'content-type': asset.type })
  })
  app.use(sessions({ port, key }))
  addChoices(app, port)
  addOverview(app, site)
  addActivity(app, site)
  addLive(app, site)
  addLinks(app, site)
  addRecordPage(app, site)
  addFind(app, site)
  addDecisions(app, site)
  addLinkActions(app, site)
  addDeadLetters(app, site)
  addJobs(app, site)
  addSamples(app, site)
  addRecords(app, site)
  addFaults(app, site)
  addCalls(app, site)
  app.notFound((c) =>
    render(
      c,
      site,
      {
        title: 'Not found',
        view: null,
        body: html`<div class="card">${empty('There is no such page', html`Go to the <a href="/">overview</a>, or search for an id above.`)}</div>`,
      },
      404,
    ),
  )
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse()
    if (c.req.query('part') !== undefined) return c.html(failureNotice(error))
    const isBad = error instanceof BadInput || error instanceof BadCursor
    const body = html`${head(isBad ? 'That did not work' : 'Something went wrong')}${failureNotice(error)}`
    if (!isBad) process.stderr.write(`console: ${c.req.method} ${c.req.path}: ${describeError(error)}\n`)
    return render(c, site, { title: 'Error', view: null, body }, 422)
  })
  return app
}

/** The theme, and whether single keys are shortcuts. */
function addChoices(app: Hono<Env>, port: number): void {
  app.post('/choices', async (c) => {
    const field = await readForm(c)
    const theme = oneOf('theme', field('theme'), themes)
    const shortcuts = oneOf('shortcuts', field('shortcuts'), ['on', 'off'])
    if (theme) keepChoice(c, port, 'theme', theme)
    if (shortcuts) keepChoice(c, port, 'shortcuts', shortcuts)
    return c.redirect(safePath(field('back')), 303)
  })
}
