import { createRequire } from 'node:module'
import { projectRoot } from '../../operator/stage/project-root.ts'

/**
 * Runs the serverless command with these arguments in this process. Without a child process, signals and the exit code
 * need no forwarding, and no process can be left behind.
 */
export async function runServerless(args: readonly string[]): Promise<void> {
  const serverless = createRequire(import.meta.url).resolve('serverless/bin/serverless.js')
  process.chdir(projectRoot)
  process.argv = [process.execPath, serverless, ...args]
  await import(serverless)
}
