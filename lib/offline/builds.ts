import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Serverless } from './serverless.ts'

/** Rebuild on change only in a terminal; scripts keep the functions they started with. */
export const watches = process.stdout.isTTY === true

/** The bundler runs in a process of its own: it would outlive us as a zombie, and keep a failed command waiting. */
export async function endEsbuild(): Promise<void> {
  const { stop } = await import('esbuild')
  await stop()
  await sleep(50)
}

/** Runs that are up at the same time must not rebuild each other's functions. */
export function buildApart({ serviceDir, service }: Serverless): void {
  const folder = join('.offline', `build-${process.pid}`)
  service.custom['esbuild'] = {
    ...service.custom['esbuild'],
    outputWorkFolder: folder,
    outputBuildFolder: 'bundles',
    // With an open rebuild context, esbuild can report a deadlock when it is stopped.
    skipRebuild: true,
  }
  if (!watches) service.custom['esbuild']['watch'] = { pattern: [], ignore: [] }
  // serverless-esbuild does not watch files that package patterns exclude, and ours exclude everything.
  service.package.patterns = []
  process.on('exit', () => {
    process.chdir(serviceDir)
    rmSync(join(serviceDir, folder), { recursive: true, force: true })
  })
}
