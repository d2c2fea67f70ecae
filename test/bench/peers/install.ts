import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { runNpm } from './npm.ts'
import type { Peer } from './peer.ts'

/** Installs the peer's packages outside the project, unless they are there, and returns the folder. */
export async function installPeer(
  { name, packages }: Peer,
  progress: (line: string) => void,
): Promise<string> {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache')
  const folder = join(cache, 'crm-pay-sync-bench', 'peers', name)
  if (packages === null) return folder
  const { versions, overrides = {}, builds = [] } = packages
  // Written once npm has succeeded.
  const marker = join(folder, 'installed.json')
  const wanted = JSON.stringify(packages)
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return folder
  const specs = Object.entries(versions).map(([each, version]) => `${each}@${version}`)
  progress(`installing ${specs.join(' and ')} in ${folder}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const manifest = { private: true, dependencies: versions, overrides }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  await runNpm(folder, ['install', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund'])
  for (const each of builds) {
    progress(`building ${each}`)
    await runNpm(folder, ['rebuild', each])
  }
  writeFileSync(marker, wanted)
  return folder
}
