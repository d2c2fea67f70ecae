import type { ChildProcess } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Ran, runNode } from './run-node.ts'

export type ProjectCopy = {
  readonly folder: string
  /** Runs Node.js with these arguments as `npm run` does: without AWS credentials, and without a `.env`. */
  run(
    args: readonly string[],
    environment?: Readonly<Record<string, string>>,
    onStart?: (child: ChildProcess) => void,
  ): Promise<Ran>
  remove(): void
}

const root = join(__dirname, '../..')
const parts = ['functions', 'lib', 'events', 'package.json', 'serverless.yml', 'tsconfig.json']

/** A copy of the project in a separate folder, with another sync.config.ts and, if given, another `serverless`. */
export function copyProject(syncConfig: string, serverless?: string): ProjectCopy {
  const folder = mkdtempSync(join(tmpdir(), 'crm-pay-sync-copy-'))
  for (const part of parts) cpSync(join(root, part), join(folder, part), { recursive: true })
  linkPackages(folder, serverless)
  writeFileSync(join(folder, 'sync.config.ts'), syncConfig)
  return {
    folder,
    run: (args, environment = {}, onStart = () => {}) => {
      const variables = {
        PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
        HOME: folder,
        INIT_CWD: folder,
        PORT: '1',
        NO_COLOR: '1',
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        // Otherwise the framework compiles its schema for each copy anew, which takes seconds.
        SLS_SCHEMA_CACHE_BASE_DIR: homedir(),
        ...environment,
      }
      return runNode(folder, args, variables, onStart)
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function linkPackages(folder: string, serverless: string | undefined): void {
  const packages = join(folder, 'node_modules')
  mkdirSync(packages)
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name === 'serverless' && serverless !== undefined) continue
    symlinkSync(join(root, 'node_modules', name), join(packages, name))
  }
  if (serverless === undefined) return
  mkdirSync(join(packages, 'serverless/bin'), { recursive: true })
  writeFileSync(join(packages, 'serverless/package.json'), '{}')
  writeFileSync(join(packages, 'serverless/bin/serverless.js'), serverless)
}
