import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Ran, runNode } from './run-node.ts'

export type ProjectCopy = {
  readonly folder: string
  /** Node with these arguments, as `npm run` starts it: without AWS credentials, and without a `.env`. */
  run(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Ran>
  remove(): void
}

const root = join(__dirname, '../..')
const parts = ['functions', 'lib', 'events', 'package.json', 'serverless.yml', 'tsconfig.json']

/** The project in a folder of its own, with another sync.config.ts. */
export function copyProject(syncConfig: string): ProjectCopy {
  const folder = mkdtempSync(join(tmpdir(), 'crm-pay-sync-copy-'))
  for (const part of parts) cpSync(join(root, part), join(folder, part), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'sync.config.ts'), syncConfig)
  return {
    folder,
    run: (args, environment = {}) =>
      runNode(folder, args, {
        PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
        HOME: folder,
        INIT_CWD: folder,
        PORT: '1',
        NO_COLOR: '1',
        ...environment,
      }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
