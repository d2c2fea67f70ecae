import { dynamodbLinks, type ListedLinks } from '../../aws/customer-links.ts'
import type { Link } from '../../core/model/link.ts'
import type { Stage } from '../stage/stage.ts'

/** The table of links of a stage. */
export function openLinks({ dynamodb, linksTable }: Stage): ListedLinks {
  return dynamodbLinks(dynamodb, linksTable)
}

/** A link's record, as messages name it. */
export function nameOf({ ref }: Link): string {
  return `${ref.source} ${ref.recordType} ${ref.recordId}`
}
