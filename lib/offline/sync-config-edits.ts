import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'esbuild'
import { InvalidSyncConfig } from '../core/config/sync-config.ts'
import type { CheckedSyncConfig } from '../sync-config.ts'
import { loadSyncConfig, syncConfigFile } from './load-sync-config.ts'

const pollMs = 250

/** What edits of sync.config.ts lead to, while a stack runs. */
export type EditDeps = {
  /** Builds the functions and makes the next requests use them. */
  readonly rebuild: () => Promise<void>
  /** Returns warnings, and throws InvalidSyncConfig for what cannot be followed. */
  readonly review: (config: CheckedSyncConfig) => readonly string[]
  readonly print: (line: string) => void
  readonly complain: (line: string) => void
}

/**
 * Keeps the text of sync.config.ts that was valid last. `plugin` makes every build use that text, so that an invalid edit
 * reaches no function, whatever causes the build.
 */
export function keepSyncConfig(root: string) {
  const file = join(root, syncConfigFile)
  const read = () => readFileSync(file, 'utf8')
  let accepted = read()
  let edits = 0

  const plugin: Plugin = {
    name: 'accepted-sync-config',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]sync\.config\.ts$/ }, ({ path }) =>
        path === file ? { contents: accepted, loader: 'ts' } : undefined,
      )
    },
  }

  const takeOver = async ({ rebuild, review, print, complain }: EditDeps): Promise<void> => {
    const before = accepted
    try {
      const text = read()
      edits += 1
      const warnings = review(await loadSyncConfig(edits))
      accepted = text
      await rebuild()
      for (const warning of warnings) complain(warning)
      print(`${syncConfigFile}: reloaded`)
    } catch (error) {
      accepted = before
      complain(error instanceof InvalidSyncConfig ? error.message : `${syncConfigFile}: ${error}`)
      complain(`${syncConfigFile}: not loaded, the functions keep the previous configuration`)
    }
  }

  return {
    plugin,
    /** Takes over each saved edit, one at a time. Returns what ends the watch. */
    watch(deps: EditDeps): () => void {
      let work = Promise.resolve()
      let waiting = 0
      watchFile(file, { interval: pollMs, persistent: false }, () => {
        waiting += 1
        work = work.then(async () => {
          waiting -= 1
          // A later edit makes this one needless.
          if (waiting === 0) await takeOver(deps)
        })
      })
      return () => unwatchFile(file)
    },
  }
}
