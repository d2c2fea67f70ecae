import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import * as z from 'zod'

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const fileSchema = z.object({
  params: z.object({ default: z.record(z.string(), scalar), prod: z.record(z.string(), scalar) }),
  provider: z.object({ environment: z.record(z.string(), scalar) }),
})

/** What the pages tell of serverless.yml: its parameters, and the variables that it gives the functions. */
export type ServerlessFile = {
  /** The defaults of all stages. A reference such as `!Sub` is its text. */
  readonly parameters: Readonly<Record<string, string>>
  /** What differs on the stages prod, production and live. */
  readonly protectedParameters: Readonly<Record<string, string>>
  readonly environment: Readonly<Record<string, string>>
}

/** Throws when the file is not there or is not built as expected. */
export function readServerlessFile(root: string): ServerlessFile {
  // The tags of CloudFormation are unknown to YAML; their values stay texts.
  const text = readFileSync(join(root, 'serverless.yml'), 'utf8')
  const { params, provider } = fileSchema.parse(parse(text, { logLevel: 'silent' }))
  return {
    parameters: params.default,
    protectedParameters: params.prod,
    environment: provider.environment,
  }
}
