import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

export type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

const root = join(__dirname, '../..')

/**
 * Runs a command as `npm run` does, in a process of its own. Nothing of this machine's `.env` or stack is used. `onStart`
 * gets the process, to close its pipes or to send it a signal.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  environment: Record<string, string> = {},
  onStart: (child: ChildProcess) => void = () => {},
): Promise<Ran> {
  const child = spawn(process.execPath, [join(root, 'lib/cli', `${command}.ts`), ...args], {
    cwd: root,
    env: { ...process.env, INIT_CWD: root, PORT: '1', NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk
  })
  onStart(child)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, ...output }))
  })
}
