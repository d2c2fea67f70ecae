import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { copyProject } from './project-copy.ts'

export type Properties = Record<string, unknown>
export type Resource = {
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

const serverless = 'node_modules/serverless/bin/serverless.js'
const shipped = join(__dirname, '../../sync.config.ts')

/**
 * Runs `serverless package` without AWS credentials, in a copy of the project: the framework works in one folder per
 * project, and tests run in parallel.
 */
export async function packageService(...args: string[]): Promise<Packaged> {
  const project = copyProject(await readFile(shipped, 'utf8'))
  const folder = await mkdtemp(join(tmpdir(), 'crm-pay-sync-package-'))
  // serverless-esbuild leaves folders there; they are removed with this one.
  const { code, stderr } = await project.run([serverless, 'package', '--package', folder, ...args], {
    TMPDIR: folder,
  })
  project.remove()
  if (code !== 0) throw new Error(stderr)
  const text = await readFile(join(folder, 'cloudformation-template-update-stack.json'), 'utf8')
  return { folder, template: JSON.parse(text), text }
}
