import { type LinkFilter, type LinkPage, readLinkPage } from '../../aws/link-pages.ts'
import type { Link } from '../../core/model/link.ts'
import { listableLinks } from '../../operator/links/link-row.ts'
import { openLinks } from '../../operator/links/open-links.ts'
import { findSurplus, type Surplus } from '../../operator/links/surplus.ts'
import type { Stage } from '../../operator/stage/stage.ts'

/** A page of links as people see it. */
export type ShownLinks = Pick<LinkPage, 'cursor' | 'seen'> & {
  readonly links: readonly Link[]
  readonly surplus: Surplus
}

const linksPerPage = 50
/** How long one page looks through the table for links that match. */
const budgetMs = 500

/** The links from `cursor` on that match. Reads no more of the table than that takes. */
export async function readLinks(
  stage: Stage,
  filter: LinkFilter,
  cursor: string | null,
): Promise<ShownLinks> {
  const { dynamodb, linksTable } = stage
  const page = await readLinkPage(dynamodb, linksTable, { filter, cursor, size: linksPerPage, budgetMs })
  return { ...(await toShown(page.links, stage)), cursor: page.cursor, seen: page.seen }
}

/** What people see of these links, and what merges left over. */
export async function toShown(
  links: readonly Link[],
  stage: Stage,
): Promise<Pick<ShownLinks, 'links' | 'surplus'>> {
  const table = openLinks(stage)
  const alone = await Promise.all(
    links.map(async (link) => {
      if (link.provider !== null) return true
      const others = await table.findLinks(link.ref)
      return others.every(({ provider }) => provider === null)
    }),
  )
  const shown = listableLinks(links.filter((_, index) => alone[index]))
  return { links: shown, surplus: await findSurplus(shown, table) }
}
