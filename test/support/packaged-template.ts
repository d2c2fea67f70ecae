import { execFile } from 'node:child_process'
import { mkdtemp, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

export type Properties = Record<string, unknown>
type Resource = {
  readonly Type: string
  readonly Properties: Properties
  readonly Condition?: string
  readonly DeletionPolicy?: string
  readonly UpdateReplacePolicy?: string
}
type Template = {
  readonly Resources: Record<string, Resource>
  readonly Conditions: Record<string, unknown>
  readonly Outputs: Record<string, unknown>
}
export type Packaged = {
  readonly folder: string
  readonly template: Template
  readonly text: string
}

const root = join(__dirname, '../..')

/** Runs `serverless package` as somebody without AWS credentials would, into a folder of its own. */
export async function packageService(...args: string[]): Promise<Packaged> {
  const folder = await mkdtemp(join(tmpdir(), 'crm-pay-sync-package-'))
  const serverless = createRequire(__filename).resolve('serverless/bin/serverless.js')
  await promisify(execFile)(process.execPath, [serverless, 'package', '--package', folder, ...args], {
    cwd: root,
    env: {
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
      HOME: folder,
      // serverless-esbuild leaves folders there; they are removed with this one.
      TMPDIR: folder,
    },
  })
  const text = await readFile(join(folder, 'cloudformation-template-update-stack.json'), 'utf8')
  return { folder, template: JSON.parse(text), text }
}
