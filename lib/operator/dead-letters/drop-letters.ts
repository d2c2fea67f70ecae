import { type DeadLetters, type NotShown, sweep, type Verdict } from '../../core/dead-letters/dead-letter.ts'
import { type DiagnosedLetter, diagnosed } from '../../core/dead-letters/redrive.ts'
import type { CustomerLinks } from '../../core/ports/customer-links.ts'

export type DropRequest = {
  /** If set, only these are considered, and the search ends with the last of them. */
  readonly ids?: ReadonlySet<string> | undefined
  /** Which of them are dropped; all when absent. */
  readonly wants?: ((it: DiagnosedLetter) => boolean) | undefined
  /** Called with the number of those dropped so far. */
  readonly onDropped?: (count: number) => void
}

/** Deletes dead letters for good. `dropped` are their ids. */
export async function dropDeadLetters(
  { deadLetters, links }: { readonly deadLetters: DeadLetters; readonly links: CustomerLinks },
  { ids, wants = () => true, onDropped = () => {} }: DropRequest,
): Promise<{ readonly dropped: ReadonlySet<string>; readonly notShown: NotShown }> {
  const dropped = new Set<string>()
  const notShown = await sweep(
    deadLetters,
    async (letters) => {
      const considered = letters.filter(({ id }) => ids?.has(id) ?? true)
      const seen = await Promise.all(considered.map((letter) => diagnosed(letter, links)))
      for (const it of seen) if (wants(it)) dropped.add(it.letter.id)
      onDropped(dropped.size)
      return letters.map(({ id }): Verdict => (dropped.has(id) ? 'remove' : 'keep'))
    },
    ids && (() => dropped.size === ids.size),
  )
  return { dropped, notShown }
}
