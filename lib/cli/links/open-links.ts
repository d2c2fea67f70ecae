import { dynamodbLinks, type ListedLinks } from '../../aws/customer-links.ts'
import type { Link } from '../../core/model/link.ts'
import type { Mode, ProviderName } from '../../core/model/provider.ts'
import type { Stage } from '../stage/stage.ts'
import type { StageCommandOptions } from '../stage/stage-command.ts'
import type { RecordOptions } from './find-record.ts'

/** The options of all commands about links. */
export type LinksOptions = StageCommandOptions &
  RecordOptions & {
    readonly provider?: ProviderName
    readonly state?: string
    readonly mode?: Mode
    readonly force?: boolean
    readonly all?: boolean
  }

/** The table of links of a stage. */
export function openLinks({ dynamodb, linksTable }: Stage): ListedLinks {
  return dynamodbLinks(dynamodb, linksTable)
}

/** A link's record, as messages name it. */
export function nameOf({ ref }: Link): string {
  return `${ref.source} ${ref.recordType} ${ref.recordId}`
}
