import { createRequire, enableCompileCache } from 'node:module'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../..')

/**
 * Becomes the serverless command with these arguments. In this process, not in a child: one process to signal, its exit
 * code is ours, and nothing can be left behind.
 */
export async function runServerless(args: readonly string[]): Promise<void> {
  const serverless = createRequire(import.meta.url).resolve('serverless/bin/serverless.js')
  process.chdir(root)
  // The framework and its plugins are many files: a second sooner from the second start on.
  enableCompileCache(join(root, 'node_modules/.cache/compiled'))
  process.argv = [process.execPath, serverless, ...args]
  await import(serverless)
}
