import type { BuildFailure, BuildOptions, BuildResult, Plugin } from 'esbuild'
import { isReceiver } from './shake-unused.ts'

type Shared = { readonly entries: Set<string>; running: Promise<BuildResult> | undefined }

/** The builds that are carried out as one, by the folder they write to. */
const groups = new Map<string, Shared>()

/**
 * An esbuild plugin that carries out builds of single functions as one: serverless-esbuild starts a build for each function, and each
 * would read and parse the same modules anew, which is most of the work. The bundles are the same, byte for byte. It has to be
 * the first plugin, and joins builds that are started at the same time, into the same folder. Those that receive webhooks and events
 * are built apart from the others, as `shake-unused.ts` drops code of theirs.
 * https://esbuild.github.io/plugins/
 */
export const buildTogether: Plugin = {
  name: 'build-together',
  setup({ initialOptions, esbuild, onLoad }) {
    const [entry, ...others] = [initialOptions.entryPoints ?? []].flat().map(String)
    const { outdir } = initialOptions
    if (entry === undefined || outdir === undefined || others.length > 0) return
    const key = `${outdir} ${isReceiver(entry)}`
    const group = groups.get(key) ?? { entries: new Set(), running: undefined }
    groups.set(key, group)
    group.entries.add(entry)
    const options: BuildOptions = {
      ...initialOptions,
      logLevel: 'silent',
      plugins: initialOptions.plugins?.filter(({ name }) => name !== 'build-together') ?? [],
    }
    // This build is left with nothing but an empty entry, and waits for the one that writes the bundles.
    initialOptions.write = false
    onLoad({ filter: /./ }, async () => {
      group.running ??= esbuild.build({ ...options, entryPoints: [...group.entries] }).finally(() => {
        group.running = undefined
      })
      try {
        const { warnings } = await group.running
        return { contents: '', warnings }
      } catch (error) {
        if (!isBuildFailure(error)) throw error
        return { contents: '', errors: error.errors, warnings: error.warnings }
      }
    })
  },
}

const isBuildFailure = (error: unknown): error is BuildFailure => error instanceof Error && 'errors' in error
