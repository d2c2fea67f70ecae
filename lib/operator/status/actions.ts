import { adviceFor, commandLine, type StageFlags } from '../advice/advice.ts'
import type { Codes } from './dead-letter-counts.ts'
import type { ProviderStatus } from './provider-status.ts'
import type { Action } from './status.ts'
import type { StuckChanges } from './stuck-changes.ts'

export type Situation = {
  readonly providers: readonly ProviderStatus[]
  readonly stuck: readonly StuckChanges[]
  readonly manual: number
  readonly manualByCode: Codes
  readonly undecided: number
  /** Parts that could not be read, in words. */
  readonly failures: readonly string[]
}

/** What waits for a person, the most urgent first. */
export function actionsFor(situation: Situation, flags: StageFlags): readonly Action[] {
  const { providers, stuck, manual, manualByCode, undecided, failures } = situation
  const paused = providers.filter(({ state }) => state === 'paused')
  return [
    ...paused.map((it) => ({ what: describePause(it), command: commandLine('doctor', [], flags) })),
    ...stuck
      .filter(({ where }) => !paused.some(({ provider }) => provider === where))
      .map((it) => ({ what: describeStuck(it), command: commandLine('why', [it.recordId], flags) })),
    ...(manual > 0
      ? [
          {
            what: `${count(manual, 'dead letter needs', 'dead letters need')} an operator${listed(manualByCode)}`,
            command: commandLine('dead-letters', ['list'], flags),
          },
        ]
      : []),
    ...(undecided > 0
      ? [
          {
            what: `${count(undecided, 'record needs', 'records need')} a decision: which customer is it?`,
            command: commandLine('links', ['list', '--state', 'undecided'], flags),
          },
        ]
      : []),
    ...failures.map((what) => ({ what, command: commandLine('status', [], flags) })),
  ]
}

function describePause({ provider, mode, until, code }: ProviderStatus): string {
  return `${provider} (${mode}) is paused until ${until} after ${code}, and its changes wait.${fixOf(code)}`
}

function describeStuck({ where, code, records }: StuckChanges): string {
  return `${count(records, 'record waits', 'records wait')} for ${where} after ${code}.${fixOf(code)}`
}

/** What to do about the code, without the reference to its page. */
function fixOf(code: string | null): string {
  return code === null
    ? ''
    : adviceFor(code)
        .map((line) => ` ${line}`)
        .join('')
}

/** `1 record waits`, `2 records wait`. */
function count(number: number, one: string, several: string): string {
  return `${number} ${number === 1 ? one : several}`
}

/** `: 2 CONTACT_MISSING, 1 REJECTED`; nothing where no code is known. */
function listed(codes: Codes): string {
  const texts = Object.entries(codes).map(([code, number]) => `${number} ${code}`)
  return texts.length === 0 ? '' : `: ${texts.join(', ')}`
}
