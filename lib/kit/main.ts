import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { createProgram, runProgram } from '../cli/terminal/program.ts'
import { projectRoot } from '../operator/stage/project-root.ts'
import { addAdapter, capitalized, type Kit } from './add-adapter.ts'
import { newProvider } from './new-provider.ts'
import { newSource } from './new-source.ts'

/** The npm scripts that run this file, each with its own name as the first argument. */
const kits = { 'new-source': newSource, 'new-provider': newProvider } as const

const [node = '', file = '', script, ...args] = process.argv
const command = script === 'new-provider' ? script : 'new-source'
const { kind }: Kit = kits[command]

const program = createProgram(
  `npm run ${command} --`,
  `Adds a ${kind} from a template that compiles and passes the contract suite against its own sandbox. Its tests fail where the facts of the vendor are missing.`,
  [`npm run ${command} -- acme`, `npm run ${command} -- acme-one --title "Acme One"`],
)
  .argument('<name>', "the folder's name: lower-case letters, digits and hyphens")
  .option('--title <title>', "the vendor's own spelling (default: the name)")
  .action((name: string, { title }: { readonly title?: string }) => {
    const written = addAdapter(kits[command], name, title ?? capitalized(name), projectRoot)
    format(written)
    process.stdout.write(`${[...written, '', ...kits[command].next(name)].join('\n')}\n`)
  })

/** The order of imports and the width of lines depend on the name. */
function format(paths: readonly string[]): void {
  const biome = join(projectRoot, 'node_modules/@biomejs/biome/bin/biome')
  const { status } = spawnSync(process.execPath, [biome, 'check', '--write', ...paths], { cwd: projectRoot })
  if (status !== 0) process.stderr.write('The files are written, but not formatted: run npm run lint:fix\n')
}

await runProgram(program, [node, file, ...args])
