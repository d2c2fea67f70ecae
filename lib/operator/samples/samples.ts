import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import * as z from 'zod'
import type { SourceName } from '../../core/model/change.ts'
import { offlineSource } from '../../sources/offline.ts'
import { sourceNames } from '../../sources/registry.ts'
import { BadInput } from '../errors.ts'

/** A request body exactly as the CRM sends it, and what goes with it. */
export type Sample = {
  /** The path, as it is printed. */
  readonly file: string
  readonly source: SourceName
  readonly body: Uint8Array
  readonly mediaType: string
  /** Headers that are part of the sample; the signature is added to them. */
  readonly headers: Readonly<Record<string, string>>
  /** What the CRM's URL has for this event besides a secret; without `?`, empty for nothing. */
  readonly query: string
  /** The records that the sandbox CRM needs for this event. */
  readonly records: readonly unknown[]
  readonly description: string | undefined
  /** The function that EventBridge invokes with it, by its name in serverless.yml; null for a webhook. */
  readonly eventFunction: string | null
}

const metaSchema = z.looseObject({
  records: z.array(z.unknown()).default([]),
  headers: z.record(z.string(), z.string()).default({}),
  query: z.string().default(''),
  description: z.string().optional(),
})

const eventSchema = z.looseObject({
  source: z.string(),
  'detail-type': z.string(),
  detail: z.looseObject({}),
})

const mediaTypes: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.xml': 'text/xml',
  '.form': 'application/x-www-form-urlencoded',
}

/**
 * The samples at these paths; folders are walked for `*.json`, `*.xml` and `*.form`, in order of their names. The source is
 * `--source`, else the nearest folder named after one. Throws BadInput that names the path.
 */
export function findSamples(paths: readonly string[], asked?: SourceName): readonly Sample[] {
  const files = [...new Set(paths.flatMap(filesAt))]
  return files.map((file) => readSample(file, asked))
}

function filesAt(path: string): readonly string[] {
  const found = [resolve(path), resolve(process.env['INIT_CWD'] ?? '.', path)].find(existsSync)
  if (!found) throw new BadInput(`${path}: no such file or folder`)
  if (!statSync(found).isDirectory()) return [found]
  const files = globSync('**/*.{json,xml,form}', { cwd: found }).filter(
    (file) => !file.endsWith('.meta.json'),
  )
  if (files.length === 0) throw new BadInput(`${path}: no *.json, *.xml or *.form in this folder`)
  return files.toSorted().map((file) => join(found, file))
}

function readSample(path: string, asked: SourceName | undefined): Sample {
  const file = shortest(path)
  const source = asked ?? sourceOf(path)
  if (!source) {
    throw new BadInput(
      `${file}: of which CRM? expected a folder named ${sourceNames.join(', ')} above it, or --source`,
    )
  }
  const extension = path.slice(path.lastIndexOf('.'))
  const body = readFileSync(path)
  return {
    file,
    source,
    body,
    eventFunction: isEvent(body) ? (offlineSource(source).eventFunction ?? null) : null,
    mediaType: mediaTypes[extension] ?? 'application/json',
    ...readMeta(path.slice(0, path.length - extension.length)),
  }
}

/** Whether it is an event as EventBridge delivers it; https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html. */
function isEvent(body: Buffer): boolean {
  const { success } = eventSchema.safeParse(parseJson(body.toString('utf8')))
  return success
}

function sourceOf(path: string): SourceName | undefined {
  const folders = dirname(path).split(sep).toReversed()
  return folders.flatMap((folder) => sourceNames.find((name) => name === folder) ?? [])[0]
}

function readMeta(stem: string): Pick<Sample, 'records' | 'headers' | 'query' | 'description'> {
  const path = `${stem}.meta.json`
  if (!existsSync(path)) return { records: [], headers: {}, query: '', description: undefined }
  const parsed = metaSchema.safeParse(parseJson(readFileSync(path, 'utf8')))
  if (!parsed.success) {
    throw new BadInput(
      `${shortest(path)}: expected {"records": [...], "headers": {...}, "query": "...", "description": "..."}`,
    )
  }
  const { records, headers, query, description } = parsed.data
  return { records, headers, query, description }
}

function shortest(path: string): string {
  const short = relative(process.cwd(), path)
  return short.startsWith('..') ? path : short || basename(path)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
