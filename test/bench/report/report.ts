import type { CallCost } from '../calls/measure-calls.ts'
import type { ColdStart } from '../cold-start/measure-cold-start.ts'
import type { Dollars, MemoryRow } from '../cost/dollars.ts'
import type { KillFigures } from '../faults/measure-kills.ts'
import type { Handlers } from '../handlers/measure-handlers.ts'
import type { PeerFigures } from '../peers/measure-peer.ts'
import type { ScaleWindow } from '../scale/measure-scale.ts'
import type { LoadPoint } from '../stack/measure-load.ts'
import type { StackFigures } from '../stack/measure-stack.ts'

type Scenario = StackFigures & { readonly what: string }

/** What a run measured; sections that were left out are absent. Its JSON is what `--json` prints and `--compare` reads. */
export type Report = {
  readonly version: 1
  readonly date: string
  readonly machine: string
  readonly rounds: number
  readonly calls?: readonly CallCost[]
  readonly handlers?: Handlers
  readonly coldStarts?: readonly ColdStart[]
  readonly dollars?: {
    readonly pricesAsOf: string
    readonly memoryMb: number
    readonly rows: readonly Dollars[]
    readonly memory: readonly MemoryRow[]
  }
  readonly faults?: { readonly scenarios: readonly Scenario[]; readonly kills: KillFigures }
  readonly load?: readonly LoadPoint[]
  /** Of `npm run bench:peers`. */
  readonly peers?: readonly PeerFigures[]
  readonly scale?: readonly ScaleWindow[]
}

export const sections = ['calls', 'handlers', 'cold-start', 'faults', 'load', 'scale'] as const
export type Section = (typeof sections)[number]
