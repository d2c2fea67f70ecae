import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { configurationPage } from './configuration-page.ts'
import { envExample } from './env-example.ts'
import { errorsPage } from './errors-page.ts'
import { eventJsonSchema } from './event-schema.ts'
import { openApiDocument } from './openapi.ts'
import { operationsPage } from './operations-page.ts'
import { readmePage } from './readme-page.ts'
import { readServerlessFile } from './serverless-file.ts'

export type GeneratedFile = { readonly path: string; readonly content: string }

const packageSchema = z.object({ version: z.string() })
const json = (document: unknown): string => `${JSON.stringify(document, null, 2)}\n`

/** Every file that is made from code, as it must be. Paths are relative to the root. */
export function generatedFiles(root: string): readonly GeneratedFile[] {
  const read = (path: string) => readFileSync(join(root, path), 'utf8')
  const { version } = packageSchema.parse(JSON.parse(read('package.json')))
  const configuration = 'docs/configuration.md'
  const operations = 'docs/operations.md'
  return [
    { path: 'README.md', content: readmePage(read('README.md')) },
    { path: 'docs/errors.md', content: errorsPage() },
    { path: configuration, content: configurationPage(read(configuration), readServerlessFile(root)) },
    { path: operations, content: operationsPage(read(operations)) },
    { path: '.env.example', content: envExample() },
    { path: 'docs/openapi.json', content: json(openApiDocument(version)) },
    { path: 'docs/standard-webhooks-event.schema.json', content: json(eventJsonSchema()) },
  ]
}

/** One line for each file that differs from what it must be. */
export function findOutdatedFiles(root: string): readonly string[] {
  const isCurrent = ({ path, content }: GeneratedFile) =>
    existsSync(join(root, path)) && readFileSync(join(root, path), 'utf8') === content
  return generatedFiles(root)
    .filter((file) => !isCurrent(file))
    .map(({ path }) => `${path} is out of date: npm run docs`)
}
