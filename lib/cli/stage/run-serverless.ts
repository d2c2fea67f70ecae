import { createRequire } from 'node:module'
import { projectRoot } from './project-root.ts'

/**
 * Becomes the serverless command with these arguments. In this process, not in a child: one process to signal, its exit
 * code is ours, and nothing can be left behind.
 */
export async function runServerless(args: readonly string[]): Promise<void> {
  const serverless = createRequire(import.meta.url).resolve('serverless/bin/serverless.js')
  process.chdir(projectRoot)
  process.argv = [process.execPath, serverless, ...args]
  await import(serverless)
}
