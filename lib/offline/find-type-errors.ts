import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** More checkers cost more than they save: each checks the types that the files share. */
const options = ['--pretty', 'false', '--checkers', '1']

/**
 * What `tsc` says of the project, or of one file of it (which is quicker), one line each: `sync.config.ts:12:5: …`.
 * Throws when `tsc` could not be run.
 */
export async function findTypeErrors(file?: string): Promise<string[]> {
  const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'))
  const args = [join(typescript, 'bin/tsc'), ...options, ...(file ? [...asArguments(), file] : [])]
  const { output, failed } = await new Promise<{ output: string; failed: boolean }>((resolve, reject) => {
    execFile(process.execPath, args, { cwd: root, maxBuffer: 64 * 1024 * 1024 }, (error, stdout) =>
      // It ends with a code of its own when it finds errors.
      error && typeof error.code !== 'number' ? reject(error) : resolve({ output: stdout, failed: !!error }),
    )
  })
  // The indented lines below an error explain it.
  const errors = [...output.matchAll(/^(\S[^(\n]*)\((\d+),(\d+)\): error \w+: (.*)$/gm)]
  if (failed && errors.length === 0) throw new Error(`tsc failed: ${output.trim().split('\n')[0]}`)
  return errors
    .filter(([, path]) => file === undefined || path === file)
    .map(([, path, row, column, message]) => `${path}:${row}:${column}: ${message}`)
}

/** `tsc` reads no tsconfig.json when it is told a file. The types of the tests, which take long to read, are left out. */
function asArguments(): string[] {
  const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'))
  const settings = Object.entries({ ...compilerOptions, types: 'node' }).flatMap(([name, value]) => [
    `--${name}`,
    String(value),
  ])
  return ['--ignoreConfig', ...settings]
}
