import type { Context, Hono } from 'hono'
import { type RecordRef, recordRefSchema } from '../../core/model/change.ts'
import type { Link } from '../../core/model/link.ts'
import { type Mode, modes, type ProviderName } from '../../core/model/provider.ts'
import { BadInput, describeError } from '../../operator/errors.ts'
import { attachRecord, queueAgain } from '../../operator/links/attach.ts'
import { forgetRecordLinks, whatWasForgotten } from '../../operator/links/forget.ts'
import { openLinks } from '../../operator/links/open-links.ts'
import { providerNames } from '../../providers/registry.ts'
import { recordPath } from '../parts/records.ts'
import type { Env } from '../security/session.ts'
import { oneOf, readForm } from '../server/forms.ts'
import type { Site } from '../state/site.ts'

/** The hidden fields that name a link. */
export function linkFieldsOf({ ref, provider, mode }: Link): Record<string, string> {
  return { ...ref, ...(provider === null ? {} : { provider, mode }) }
}

type Named = {
  readonly ref: RecordRef
  readonly provider: ProviderName | undefined
  readonly mode: Mode | undefined
  readonly customer: string
  readonly force: boolean
}

/** What an action did, in words; it may throw. */
type Action = (it: Named, site: Site) => Promise<string>

/** Attach, forget and sync now: the same as by command. Each leads to the record's page. */
export function addLinkActions(app: Hono<Env>, site: Site): void {
  const act = (path: string, action: Action) =>
    app.post(path, async (c) => {
      const it = await readNamed(c)
      const notice = await action(it, site).then(
        (text) => ({ tone: 'good', text }) as const,
        (error: unknown) => ({ tone: 'bad', text: describeError(error) }) as const,
      )
      if (notice.tone === 'good') await site.undecided.look()
      return c.redirect(site.notices.leave(recordPath(it.ref), notice), 303)
    })
  act('/links/attach', attach)
  act('/links/forget', forget)
  act('/links/sync', syncNow)
}

async function readNamed(c: Context): Promise<Named> {
  const field = await readForm(c)
  const parsed = recordRefSchema.safeParse({
    source: field('source'),
    account: field('account'),
    recordType: field('recordType'),
    recordId: field('recordId'),
  })
  if (!parsed.success) throw new BadInput('the form names no record')
  return {
    ref: parsed.data,
    provider: oneOf('provider', field('provider'), providerNames),
    mode: oneOf('mode', field('mode'), modes),
    customer: field('customer').trim(),
    force: field('force') === 'yes',
  }
}

async function attach({ ref, provider, mode, customer, force }: Named, { place }: Site): Promise<string> {
  if (!provider) throw new BadInput('which provider? the form names none')
  const wanted = { ref, provider, customerId: customer, mode, force }
  const { leftBehind, queued } = await attachRecord(wanted, place.stage())
  return [
    `Attached ${customer} at ${provider}.`,
    queued ? 'The record is being synced.' : 'Its data follows with the next event of the CRM.',
    ...(leftBehind ? [`${leftBehind} stays at ${provider}, and belongs to no record any more.`] : []),
  ].join(' ')
}

async function forget({ ref, provider, mode, force }: Named, { place }: Site): Promise<string> {
  const forgotten = await forgetRecordLinks(ref, { provider, mode, force }, place.stage())
  if (forgotten.length === 0) throw new BadInput('nothing to forget: there is no such link any more')
  return `${forgotten.map(whatWasForgotten).join('. ')}. The next change of this record creates a new customer.`
}

async function syncNow({ ref }: Named, { place }: Site): Promise<string> {
  const stage = place.stage()
  const [link] = await openLinks(stage).findLinks(ref)
  if (!link) throw new BadInput('this record has no link: it is synced with its next change')
  if (await queueAgain(link, stage)) return 'Queued: the record is being read from the CRM and synced.'
  throw new BadInput('this CRM has no read API: the record is synced with its next event')
}
