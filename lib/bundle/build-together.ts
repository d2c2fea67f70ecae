import type { BuildFailure, BuildOptions, BuildResult, Plugin } from 'esbuild'
import { leftOutFor } from './shake-unused.ts'

/** A build of the entries that had joined when it began. */
type Running = { readonly entries: ReadonlySet<string>; readonly result: Promise<BuildResult> }
type Group = { readonly waiting: Set<string>; running: Running | undefined }

/** The builds that are carried out as one, by the folder they write to and what is left out of them. */
const groups = new Map<string, Group>()

/**
 * An esbuild plugin that carries out builds of single functions as one: serverless-esbuild starts a build for each function, and each
 * would read and parse the same modules anew, which is most of the work. The bundles are the same, byte for byte. It has to be
 * the first plugin, and joins builds into the same folder that are started at the same time; one that is started later is carried out
 * after them. Functions of which `shake-unused.ts` drops different code are built apart.
 * https://esbuild.github.io/plugins/
 */
export const buildTogether: Plugin = {
  name: 'build-together',
  setup({ initialOptions, esbuild, onStart, onLoad }) {
    const [entry, ...others] = [initialOptions.entryPoints ?? []].flat().map(String)
    const { outdir } = initialOptions
    if (entry === undefined || outdir === undefined || others.length > 0) return
    const key = `${outdir} ${leftOutFor(entry)}`
    const group = groups.get(key) ?? { waiting: new Set(), running: undefined }
    groups.set(key, group)
    const options: BuildOptions = {
      ...initialOptions,
      logLevel: 'silent',
      plugins: initialOptions.plugins?.filter(({ name }) => name !== 'build-together') ?? [],
    }
    // This build is left with nothing but an empty entry, and waits for the one that writes the bundles.
    initialOptions.write = false
    group.waiting.add(entry)
    // Also where a watcher builds it again.
    onStart(() => void group.waiting.add(entry))
    onLoad({ filter: /./ }, async () => {
      if (group.waiting.has(entry)) {
        const entries = new Set(group.waiting)
        group.waiting.clear()
        group.running = { entries, result: esbuild.build({ ...options, entryPoints: [...entries] }) }
      }
      try {
        const result = await group.running?.result
        return { contents: '', warnings: result?.warnings ?? [] }
      } catch (error) {
        if (!isBuildFailure(error)) throw error
        return { contents: '', errors: error.errors, warnings: error.warnings }
      }
    })
  },
}

const isBuildFailure = (error: unknown): error is BuildFailure => error instanceof Error && 'errors' in error
