import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { parse } from 'yaml'
import * as z from 'zod'
import { projectRoot } from '../../../lib/operator/stage/project-root.ts'

/** The settings that are not esbuild's own, but serverless-esbuild's. */
const settingsSchema = z.looseObject({
  outputFileExtension: z.string(),
  plugins: z.string(),
  exclude: z.unknown(),
  watch: z.unknown(),
})
const fileSchema = z.object({
  functions: z.record(z.string(), z.object({ handler: z.string() })),
  custom: z.object({ esbuild: settingsSchema }),
})

export type Bundle = {
  /** The key in serverless.yml. */
  readonly name: string
  readonly file: string
  readonly bytes: number
  /** Bytes by npm package; the project's own code is `crm-pay-sync`. */
  readonly packages: ReadonlyMap<string, number>
}

/** Builds the functions with the settings of serverless.yml, into a temporary folder. */
export async function buildBundles(): Promise<readonly Bundle[]> {
  const text = readFileSync(join(projectRoot, 'serverless.yml'), 'utf8')
  const { functions, custom } = fileSchema.parse(parse(text, { logLevel: 'silent', merge: true }))
  const { plugins, outputFileExtension, exclude, watch, ...options } = custom.esbuild
  const { default: esbuildPlugins } = (await import(join(projectRoot, plugins))) as { default: Plugin[] }
  const folder = mkdtempSync(join(tmpdir(), 'crm-pay-sync-bench-'))
  return Promise.all(
    Object.entries(functions).map(async ([name, { handler }]) => {
      const file = join(folder, `${name}${outputFileExtension}`)
      const { metafile } = await build({
        ...(options as BuildOptions),
        absWorkingDir: projectRoot,
        entryPoints: [`${handler.slice(0, handler.lastIndexOf('.'))}.ts`],
        outfile: file,
        plugins: esbuildPlugins,
        metafile: true,
      })
      const [output] = Object.values(metafile.outputs)
      if (!output) throw new Error(`${name}: esbuild wrote nothing`)
      const parts = Object.entries(output.inputs).map(([input, { bytesInOutput }]) => [input, bytesInOutput])
      return { name, file, bytes: output.bytes, packages: byPackage(parts as [string, number][]) }
    }),
  )
}

function byPackage(inputs: readonly (readonly [string, number])[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>()
  for (const [input, bytes] of inputs) {
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? 'crm-pay-sync'
    sizes.set(name, (sizes.get(name) ?? 0) + bytes)
  }
  return new Map([...sizes].sort(([, a], [, b]) => b - a))
}

export function fileOf(bundles: readonly Bundle[], name: string): string {
  const found = bundles.find((bundle) => bundle.name === name)
  if (!found) throw new Error(`serverless.yml has no function ${name}`)
  return found.file
}
