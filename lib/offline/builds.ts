import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Plugin } from 'esbuild'
import bundlePlugins from '../bundle/plugins.ts'
import { syncConfigFile } from './load-sync-config.ts'
import type { Serverless } from './serverless.ts'

/** serverless-esbuild's `watch` in serverless.yml. */
type Watch = { readonly pattern: readonly string[] }

/** Rebuild on change only in a terminal; scripts keep the functions they started with. */
export const watches = process.stdout.isTTY === true

/** The bundler runs in a process of its own: it would outlive us as a zombie, and keep a failed command waiting. */
export async function endEsbuild(): Promise<void> {
  const { stop } = await import('esbuild')
  await stop()
  await sleep(50)
}

/**
 * Runs that are up at the same time must not rebuild each other's functions. `syncConfig` decides which text of sync.config.ts is
 * built, and is asked to build when it changes.
 */
export function buildApart({ serviceDir, service }: Serverless, syncConfig: Plugin): void {
  const folder = join('.offline', `build-${process.pid}`)
  service.custom['esbuild'] = {
    ...service.custom['esbuild'],
    outputWorkFolder: folder,
    outputBuildFolder: 'bundles',
    // With an open rebuild context, esbuild can report a deadlock when it is stopped.
    skipRebuild: true,
    plugins: [...bundlePlugins, syncConfig],
  }
  const { watch } = service.custom['esbuild'] as { watch: Watch }
  const pattern = watches ? watch.pattern.filter((path) => path !== syncConfigFile) : []
  service.custom['esbuild']['watch'] = { ...watch, pattern }
  // serverless-esbuild does not watch files that package patterns exclude, and ours exclude everything.
  service.package.patterns = []
  process.on('exit', () => {
    process.chdir(serviceDir)
    rmSync(join(serviceDir, folder), { recursive: true, force: true })
  })
}

/** Builds the functions again, where they were built before. */
export async function rebuild({ pluginManager }: Serverless): Promise<void> {
  const bundler = pluginManager.plugins.find(
    (plugin): plugin is { bundle(): Promise<void> } =>
      'bundle' in plugin && typeof plugin.bundle === 'function',
  )
  if (!bundler) throw new Error('serverless.yml: the plugin serverless-esbuild is missing')
  await bundler.bundle()
  if (!watches) await endEsbuild()
}
