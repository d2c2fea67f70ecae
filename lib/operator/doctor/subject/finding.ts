/** What one check found, as `doctor --json` prints it. `fix` is null when nothing is wrong. */
export type Finding = Outcome & { readonly check: string }

export type Outcome = {
  readonly ok: boolean
  readonly finding: string
  readonly fix: string | null
}

/** One thing that must be right. `name` is stable: scripts look for it. */
export type Check = {
  readonly name: string
  /** The AWS action that the check needs, to name it when it is denied. */
  readonly permission?: string
  /** Throws CannotCheck when something that another check reports stands in the way, or any error that is the finding. */
  examine(): Promise<Outcome>
}

export const fine = (finding: string): Outcome => ({ ok: true, finding, fix: null })
export const wrong = (finding: string, fix: string): Outcome => ({ ok: false, finding, fix })

/** How a finding begins that says why there is none. */
export const notChecked = 'could not be checked: '

/** The check cannot be made, and that alone is no problem: another check reports the reason, or it does not apply. */
export class CannotCheck extends Error {}

/** A value, or the error that kept it from being read. */
export type Known<T> = { readonly value: T } | { readonly error: unknown }

export async function known<T>(reading: () => Promise<T>): Promise<Known<T>> {
  try {
    return { value: await reading() }
  } catch (error) {
    return { error }
  }
}

/** The value. Throws CannotCheck with `why` where there is none: the check that owns the value reports the error. */
export function orCannotCheck<T>(it: Known<T>, why: string): T {
  if ('value' in it) return it.value
  throw new CannotCheck(why)
}

/** The value. Throws the error itself: for the check that owns the value. */
export function orThrow<T>(it: Known<T>): T {
  if ('value' in it) return it.value
  throw it.error
}
