import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineSyncConfig, InvalidSyncConfig, type SyncConfig } from '../core/sync-config.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const file = 'sync.config.ts'

/** Throws InvalidSyncConfig, a line for each problem, whatever is the matter with the file. */
export async function loadSyncConfig(): Promise<SyncConfig> {
  try {
    const { default: config } = await import('../../sync.config.ts')
    // Again, for a file that exports a config without having defined it.
    return defineSyncConfig(config)
  } catch (error) {
    if (error instanceof InvalidSyncConfig) throw error
    const lines = await findTypeErrors()
    throw new InvalidSyncConfig(lines.length > 0 ? lines : [describe(error)])
  }
}

/** What `tsc` says of the file, one line each: `sync.config.ts:12:5: …`. */
export async function findTypeErrors(): Promise<string[]> {
  const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'))
  const options = Object.entries(compilerOptions).flatMap(([name, value]) => [`--${name}`, String(value)])
  const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'))
  const args = [join(typescript, 'bin/tsc'), '--ignoreConfig', '--pretty', 'false', ...options, file]
  const output = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, args, { cwd: root }, (error, stdout) =>
      // It ends with a code of its own when it finds errors.
      error && typeof error.code !== 'number' ? reject(error) : resolve(stdout),
    )
  })
  // The indented lines below an error explain it; errors of other files are not the operator's.
  const errors = output.matchAll(/^sync\.config\.ts\((\d+),(\d+)\): error \w+: (.*)$/gm)
  return Array.from(errors, ([, row, column, message]) => `${file}:${row}:${column}: ${message}`)
}

/** What the file did when it was run: `sync.config.ts:12:5: ReferenceError: countries is not defined`. */
function describe(error: unknown): string {
  const {
    name,
    message,
    stack = '',
  } = error instanceof Error ? error : { name: 'Error', message: String(error) }
  const place = stack.match(/sync\.config\.ts(:\d+:\d+)/)?.[1] ?? ''
  return `${file}${place}: ${name}: ${message.replace(/\s*\n\s*/g, ' ')}`
}
