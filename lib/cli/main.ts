import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import type { Command } from 'commander'
import packageJson from '../../package.json' with { type: 'json' }
import { projectRoot } from '../operator/stage/project-root.ts'
import { addCompletion } from './completion/completion.ts'
import { createProgram, runProgram, wantsSubcommand } from './terminal/program.ts'

type CommandModule = { define(command: Command): void }
type Entry = { readonly summary: string; load(): Promise<CommandModule> }

/** In the order of `--help`, which shows the summaries. */
const commands: Readonly<Record<string, Entry>> = {
  start: { summary: 'run the whole stack on this machine', load: () => import('./start/start.ts') },
  demo: { summary: 'send every sample through the whole stack', load: () => import('./demo/demo.ts') },
  replay: { summary: 'sign sample payloads and post them', load: () => import('./replay/replay.ts') },
  links: { summary: 'show and repair the table of links', load: () => import('./links/links.ts') },
  'dead-letters': {
    summary: 'list, redrive and drop dead letters',
    load: () => import('./dead-letters/dead-letters.ts'),
  },
  status: {
    summary: 'is it working, and what needs a person?',
    load: () => import('./status/status.ts'),
  },
  why: { summary: 'what happened to this customer?', load: () => import('./why/why.ts') },
  plan: { summary: 'show what a sync would do, without writing', load: () => import('./plan/plan.ts') },
  resync: {
    summary: 'read records again from the CRM, or all of them for a first import',
    load: () => import('./resync/resync.ts'),
  },
  doctor: {
    summary: 'check each thing that must be right, with the fix',
    load: () => import('./doctor/doctor.ts'),
  },
  console: { summary: 'serve the web console on this machine', load: () => import('./console/console.ts') },
  deploy: { summary: 'deploy a stage to AWS', load: () => import('./deploy/deploy.ts') },
}

// From the second run on, this saves most of the time to load modules.
enableCompileCache(join(projectRoot, 'node_modules/.cache/compiled'))
await runProgram(await buildProgram(process.argv.slice(2)))

/** Only the commands that are named are loaded, so that `--help` and shell completion answer quickly. */
async function buildProgram(args: readonly string[]): Promise<Command> {
  const program = createProgram('crm-pay-sync', packageJson.description, [
    'npx crm-pay-sync demo',
    'npx crm-pay-sync links list --state undecided',
    'npx crm-pay-sync links --help',
  ])
    .version(packageJson.version, '-V, --version', 'show the version')
    // What follows the name of a command is that command's.
    .enablePositionalOptions()
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const command = program.command(name).summary(summary).description(summary)
    if (args.includes(name)) (await load()).define(command)
  }
  await addCompletion(program, args)
  return wantsSubcommand(program).helpCommand('help [command]', 'show the help of a command')
}
