import { explain } from './subject/explain.ts'
import { type Check, type Finding, notChecked, type Outcome, wrong } from './subject/finding.ts'

/** Longer than any single call may take, so that a check reports its own time limit first. */
const limitMs = 15_000

/** Makes all checks at the same time. A check that fails, or takes too long, is a finding and stops no other. */
export function runChecks(checks: readonly Check[], withinMs = limitMs): Promise<readonly Finding[]> {
  return Promise.all(
    checks.map(async (check) => ({ check: check.name, ...(await outcomeOf(check, withinMs)) })),
  )
}

async function outcomeOf({ examine, permission }: Check, withinMs: number): Promise<Outcome> {
  const late = Promise.withResolvers<Outcome>()
  const timer = setTimeout(() => late.resolve(tooLate(withinMs)), withinMs)
  try {
    return await Promise.race([examine(), late.promise])
  } catch (error) {
    return explain(error, permission)
  } finally {
    clearTimeout(timer)
  }
}

const tooLate = (withinMs: number) =>
  wrong(
    `${notChecked}no answer within ${withinMs / 1000} s`,
    'Run the doctor again. If it stays: check the address and the network.',
  )
