import { type ChildProcess, spawn } from 'node:child_process'

export type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/**
 * Runs Node.js, or `program`, with these arguments in that folder, in a separate process with only this environment. `onStart`
 * receives the process, to close its pipes or to send it a signal.
 */
export function runNode(
  folder: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  onStart: (child: ChildProcess) => void = () => {},
  program: string = process.execPath,
): Promise<Ran> {
  const child = spawn(program, args, {
    cwd: folder,
    env: environment,
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
