import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

/** Runs npm with the Node.js that runs this. Throws with what it has printed last. */
export async function runNpm(folder: string, args: readonly string[]): Promise<void> {
  const bin = dirname(process.execPath)
  const headers = existsSync(join(bin, '..', 'include', 'node', 'node.h'))
  const npm = spawn('npm', args, {
    cwd: folder,
    env: {
      ...process.env,
      PATH: [bin, process.env['PATH']].join(delimiter),
      // Native builds need not download the headers.
      ...(headers && { npm_config_nodedir: dirname(bin) }),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
    shell: process.platform === 'win32',
  })
  let complaints = ''
  npm.stderr.on('data', (chunk) => {
    complaints = `${complaints}${chunk}`.slice(-2000)
  })
  const [code] = await once(npm, 'close')
  if (code !== 0) throw new Error(`npm ${args.join(' ')} failed in ${folder}: ${complaints}`)
}
