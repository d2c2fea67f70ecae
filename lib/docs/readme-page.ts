import { offlineSources } from '../sources/offline.ts'
import { sources } from '../sources/registry.ts'
import { code, replacePart, table } from './markdown.ts'

/** README.md with its table of CRMs made anew. Throws when a marker is missing in the page. */
export function readmePage(page: string): string {
  const rows = Object.values(sources).map(({ name, title }) => [
    title,
    code(name),
    offlineSources[name]?.docs.records ?? '',
    `[Connect ${title}](docs/connect/${name}.md)`,
  ])
  return replacePart(page, 'crms', table(['CRM', 'Source', 'Records', 'Guide'], rows))
}
