import type { Mode, ProviderName } from '../../core/model/provider.ts'
import type { RecordOptions } from '../../operator/links/find-record.ts'
import type { StageCommandOptions } from '../stage/stage-command.ts'

/** The options of all commands about links. */
export type LinksOptions = StageCommandOptions &
  RecordOptions & {
    readonly provider?: ProviderName
    readonly state?: string
    readonly mode?: Mode
    readonly force?: boolean
    readonly all?: boolean
  }
