import { type DoorAnswers, isSuccess } from '../core/ports/webhook-answers.ts'
import { buildSource } from '../sources/build-source.ts'
import { offlineSource } from '../sources/offline.ts'
import { sources } from '../sources/registry.ts'
import { code, table } from './markdown.ts'

type Row = { readonly title: string; readonly answers: DoorAnswers }

/** What each CRM is answered, by its own declaration. */
const rows: readonly Row[] = Object.values(sources).flatMap((definition) => {
  const { secrets } = offlineSource(definition.name)
  const config = definition.config.parse({})
  const clock = { now: () => new Date() }
  const { door } = buildSource(definition, { secrets, variables: {}, config, publicUrl: '', clock })
  return door ? [{ title: definition.title, answers: door.answers }] : []
})

/** The titles of the CRMs whose row fits, for a sentence; empty when there is none. */
export function answered(fits: (answers: DoorAnswers) => boolean): string {
  const titles = rows.filter(({ answers }) => fits(answers)).map(({ title }) => title)
  const last = titles.pop()
  return [titles.join(', '), last].filter(Boolean).join(' and ')
}

/** The table of docs/operations.md. */
export function answersTable(): string {
  return table(
    ['CRM', 'Changes are queued', 'Nothing to follow', 'Another format', 'HEAD'],
    rows.map(({ title, answers }) => {
      const { queued, ignored, unreadable, head, acknowledgement } = answers
      const success = (status: number) =>
        `${code(String(status))}${acknowledgement && isSuccess(status) ? ' and its acknowledgement' : ''}`
      return [title, ...[queued, ignored, unreadable, head].map(success)]
    }),
  )
}
