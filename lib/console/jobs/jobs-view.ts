import type { Context, Hono } from 'hono'
import { badge, dot, number } from '../parts/badges.ts'
import { actionButton } from '../parts/controls.ts'
import { type Html, html, type Tone } from '../parts/html.ts'
import { empty } from '../parts/notices.ts'
import { ago, duration, timeOfDay } from '../parts/times.ts'
import type { Env } from '../security/session.ts'
import { head, here, render } from '../server/render.ts'
import type { Job } from '../state/jobs.ts'
import type { Site } from '../state/site.ts'

const tones: Readonly<Record<Job['state'], Tone>> = {
  running: 'info',
  done: 'good',
  failed: 'bad',
  stopped: 'warn',
}

/** Jobs: bulk actions with their progress, and what became of what they did. */
export function addJobs(app: Hono<Env>, site: Site): void {
  app.get('/jobs', (c) => {
    const jobs = site.jobs.list()
    const none = () =>
      empty('No jobs yet', html`Redrive or drop <a href="/dead-letters">dead letters</a> to begin one.`)
    const body = html`${head('Jobs')}<p class="lead">Bulk actions that were begun in this console. They go on while no page is open, and end with the console.</p><div class="card">${jobs.length === 0 ? none() : table(jobs, new Date())}</div>`
    return render(c, site, { title: 'Jobs', view: 'jobs', body })
  })
  app.get('/jobs/:id', (c) => {
    const job = site.jobs.find(c.req.param('id'))
    if (c.req.query('part') === 'job') return c.html(job ? card(c, job) : html``)
    if (!job) {
      const text = 'Jobs are forgotten when the console ends.'
      const body = html`${head('Jobs')}<div class="card">${empty('No such job', text)}</div>`
      return render(c, site, { title: 'Jobs', view: 'jobs', body }, 404)
    }
    const body = html`<p class="crumbs"><a href="/jobs">Jobs</a> /</p>${head(job.title)}${card(c, job)}`
    return render(c, site, { title: job.title, view: 'jobs', body })
  })
  app.post('/jobs/:id/stop', (c) => {
    const id = c.req.param('id')
    site.jobs.stop(id)
    return c.redirect(`/jobs/${encodeURIComponent(id)}`, 303)
  })
}

function table(jobs: readonly Job[], now: Date): Html {
  const row = (job: Job) =>
    html`<tr><td><a href="/jobs/${job.id}">${job.title}</a><span class="sub">${progressOf(job)}</span></td><td>${badge(job.state, tones[job.state])}</td><td class="wide num">${progressOf(job)}</td><td class="num nowrap">${ago(job.startedAt.toISOString(), now)}</td></tr>`
  return html`<table class="rows"><thead><tr><th scope="col">Job</th><th scope="col">State</th><th scope="col" class="wide num">Progress</th><th scope="col" class="num">Begun</th></tr></thead><tbody>${jobs.map(row)}</tbody></table>`
}

const progressOf = ({ done, total }: Job) =>
  total === null ? number(done) : `${number(done)} of ${number(total)}`

/** A running job asks for its own progress. */
function card(c: Context<Env>, job: Job): Html {
  const { state, lines, startedAt, endedAt, id } = job
  const now = new Date()
  const isRunning = state === 'running'
  const took = duration(((endedAt ?? now).getTime() - startedAt.getTime()) / 1000)
  const refreshing = html` hx-get="${here(c, { part: 'job' })}" hx-trigger="load delay:500ms" hx-swap="outerHTML"`
  const stop = actionButton(c.get('session'), { action: `/jobs/${id}/stop`, label: 'Stop' })
  const actions = isRunning
    ? html`<a class="button quiet" href="/jobs/${id}">Reload</a>${stop}`
    : html`<a class="button" href="/dead-letters">Dead letters</a>`
  return html`<section class="card" id="job"${isRunning ? refreshing : ''}><div class="card-head">${badge(state, tones[state])}<span class="muted">begun at ${timeOfDay(startedAt.toISOString(), now)}, ${isRunning ? 'for' : 'took'} ${took}</span><div class="actions">${actions}</div></div>${
    isRunning
      ? running(job)
      : html`<ul class="todo">${lines.map(({ tone, text }) => html`<li>${dot(tone)}<span class="what">${text}</span></li>`)}</ul>`
  }</section>`
}

function running({ done, total, step }: Job): Html {
  const value = total ? html` max="${total}" value="${Math.min(done, total)}"` : ''
  return html`<div class="card-body stack"><p role="status">${step}: ${number(done)}${total === null ? '' : ` of ${number(total)}`}</p><progress${value} aria-label="Progress"></progress></div>`
}
