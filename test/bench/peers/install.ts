import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import type { Peer } from './peer.ts'

/**
 * Installs the peer's packages outside the project, unless they are there, and returns the folder. Packages run no scripts
 * while they are installed.
 */
export async function installPeer(
  { name, packages }: Peer,
  progress: (line: string) => void,
): Promise<string> {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache')
  const folder = join(cache, 'crm-pay-sync-bench', 'peers', name)
  const specs = Object.entries(packages).map(([each, version]) => `${each}@${version}`)
  // Written once npm has succeeded.
  const marker = join(folder, 'installed.txt')
  const wanted = specs.join('\n')
  if (specs.length === 0 || (existsSync(marker) && readFileSync(marker, 'utf8') === wanted)) return folder
  progress(`installing ${specs.join(' and ')} in ${folder}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  await npmInstall(folder, specs)
  writeFileSync(marker, wanted)
  return folder
}

async function npmInstall(folder: string, specs: readonly string[]): Promise<void> {
  // With the Node.js that will run them.
  const PATH = [dirname(process.execPath), process.env['PATH']].join(delimiter)
  const args = ['install', '--save-exact', '--ignore-scripts', '--no-audit', '--no-fund', ...specs]
  const npm = spawn('npm', args, {
    cwd: folder,
    env: { ...process.env, PATH },
    stdio: ['ignore', 'ignore', 'pipe'],
    shell: process.platform === 'win32',
  })
  let complaints = ''
  npm.stderr.on('data', (chunk) => {
    complaints = `${complaints}${chunk}`.slice(-2000)
  })
  const [code] = await once(npm, 'close')
  if (code !== 0) throw new Error(`npm install ${specs.join(' ')} failed: ${complaints}`)
}
