import { createProgram, runProgram } from '../cli/terminal/program.ts'
import { projectRoot } from '../operator/stage/project-root.ts'
import { writeNewSource } from './new-source.ts'

const program = createProgram(
  'npm run new-source --',
  'Adds a CRM from a template that compiles and passes the contract suite against its own sandbox. Its tests fail where the facts of the vendor are missing.',
  ['npm run new-source -- acme', 'npm run new-source -- acme-crm --title "Acme CRM"'],
)
  .argument('<name>', "in the webhook's path: lower-case letters, digits and hyphens")
  .option('--title <title>', "the vendor's own spelling (default: the name)")
  .action((name: string, { title }: { readonly title?: string }) => {
    const written = writeNewSource(name, title ?? `${name[0]?.toUpperCase()}${name.slice(1)}`, projectRoot)
    process.stdout.write(`${written.join('\n')}\n\n`)
    process.stdout.write(
      `Next: npx jest test/sources/${name}\nCONTRIBUTING.md, "Add a CRM", says what belongs where.\n`,
    )
  })

await runProgram(program)
