import type { Context, Hono } from 'hono'
import { BadInput, describeError } from '../../operator/errors.ts'
import { counted } from '../parts/badges.ts'
import type { Env } from '../security/session.ts'
import { readForm } from '../server/forms.ts'
import { deadLetterLane } from '../state/dead-letters.ts'
import type { JobRequest } from '../state/jobs.ts'
import type { Site } from '../state/site.ts'
import { type Chosen, dropLetters, redriveChosen } from './letter-jobs.ts'

/** Redrive and drop: jobs, which the answer leads to. */
export function addDeadLetterActions(app: Hono<Env>, site: Site): void {
  app.post('/dead-letters/redrive', async (c) => {
    const chosen = await readChosen(c, site)
    return begin(c, site, {
      title: `Redrive ${counted(chosen.ids.size, 'dead letter')}${chosen.about}`,
      lane: deadLetterLane,
      describe: describeError,
      work: (report) => redriveChosen(chosen, site, report),
    })
  })
  app.post('/dead-letters/drop', async (c) => {
    const chosen = await readChosen(c, site)
    if (chosen.isAll) throw new BadInput('all dead letters at once are not dropped: drop them by cause')
    return begin(c, site, {
      title: `Drop ${counted(chosen.ids.size, 'dead letter')}${chosen.about}`,
      lane: deadLetterLane,
      describe: describeError,
      work: (report) => dropLetters(chosen, site, report),
    })
  })
}

function begin(c: Context, site: Site, request: JobRequest) {
  const busy = site.jobs.running(deadLetterLane)
  if (!busy) return c.redirect(`/jobs/${site.jobs.start(request).id}`, 303)
  const text = `Not begun: another job holds the dead letters (${busy.title}). Repeat it when that one is over.`
  return c.redirect(site.notices.leave(`/jobs/${busy.id}`, { tone: 'warn', text }), 303)
}

/** Those that the page showed, so that the number that was confirmed is the number that is done. */
async function readChosen(c: Context, site: Site): Promise<Chosen> {
  const field = await readForm(c)
  const latest = site.deadLetters.latest()
  if (!latest) throw new BadInput('the dead letters were not read yet: look at them first')
  if (field('all') === 'yes')
    return { ids: new Set(latest.byId.keys()), isAll: true, inWaves: true, about: '' }
  const cause = field('cause')
  if (cause !== '') {
    const group = latest.groups.find((it) => it.cause === cause)
    if (!group) throw new BadInput('there are no dead letters of this cause any more: look again')
    const ids = new Set(group.letters.map(({ row }) => row.id))
    return { ids, isAll: false, inWaves: true, about: ` of ${group.code}` }
  }
  const letter = latest.byId.get(field('id'))
  if (!letter) throw new BadInput('there is no such dead letter any more: look again')
  return { ids: new Set([letter.row.id]), isAll: false, inWaves: false, about: ` of ${letter.row.code}` }
}
