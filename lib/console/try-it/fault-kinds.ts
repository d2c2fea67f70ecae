import type { SandboxFault } from '../../offline/sandbox/faults.ts'
import { BadInput } from '../../operator/errors.ts'
import { oneOf } from '../server/forms.ts'

type FaultKind = { readonly label: string; readonly fault: SandboxFault }

/** What can be made to happen, in the words of what a caller sees. */
export const faultKinds = {
  unavailable: { label: 'Unavailable (503)', fault: { effect: 'answer', status: 503 } },
  throttled: {
    label: 'Throttled (429, retry after 5 s)',
    fault: { effect: 'answer', status: 429, headers: { 'retry-after': '5' } },
  },
  refused: { label: 'Refuses our key (401)', fault: { effect: 'answer', status: 401 } },
  rejected: { label: 'Rejects the request (400)', fault: { effect: 'answer', status: 400 } },
  broken: { label: 'Internal error (500)', fault: { effect: 'answer', status: 500 } },
  lostBefore: { label: 'Connection lost before the work', fault: { effect: 'reset' } },
  lostAfter: { label: 'Connection lost after the work', fault: { effect: 'commit-then-reset' } },
  silent: { label: 'No answer', fault: { effect: 'hang' } },
  slow: { label: 'Slow (answers after 3 s)', fault: { effect: 'slow', delayMs: 3000 } },
  silentAfter: { label: 'No answer, though the work is done', fault: { effect: 'commit-then-hang' } },
} as const satisfies Readonly<Record<string, FaultKind>>

export type FaultName = keyof typeof faultKinds
export const kindNames = Object.keys(faultKinds) as readonly FaultName[]

/** The fault that a form describes. Throws BadInput for numbers that are none. */
export function toFault(field: (name: string) => string): SandboxFault {
  const kind = oneOf('kind', field('kind'), kindNames)
  if (kind === undefined) throw new BadInput('what should happen?')
  const { fault }: FaultKind = faultKinds[kind]
  const times = toCount('How many requests', field('times'))
  const status = toCount('Another HTTP status', field('status'))
  const isAnswer = fault.effect === 'answer' || fault.effect === 'commit-then-answer'
  return {
    ...fault,
    ...(field('method') !== '' && { method: field('method') }),
    ...(field('path') !== '' && { path: field('path') }),
    ...(times !== undefined && { times }),
    ...(status !== undefined && isAnswer && { status }),
  }
}

function toCount(name: string, text: string): number | undefined {
  if (text.trim() === '') return undefined
  if (/^[1-9]\d{0,5}$/.test(text.trim())) return Number(text)
  throw new BadInput(`${name}: expected a whole number`)
}
