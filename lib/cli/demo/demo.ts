import type { Command } from 'commander'
import colors from 'picocolors'
import { loadSyncConfig } from '../../offline/load-sync-config.ts'
import { CommandFailed } from '../../operator/errors.ts'
import { findSamples } from '../../operator/samples/samples.ts'
import { projectRoot } from '../../operator/stage/project-root.ts'
import { describeCommand } from '../terminal/program.ts'
import { openShow, plural } from './show.ts'
import { startDemoStack } from './stack.ts'
import { openWorld } from './world.ts'

/** `demo` of the command line. */
export function define(command: Command): void {
  describeCommand(
    command,
    'Sends sample webhooks of every CRM through the whole stack on this machine to sandbox providers.',
    ['crm-pay-sync demo', 'crm-pay-sync demo --verbose'],
  )
    .option('--verbose', "also print the stack's own log on standard error")
    .action(({ verbose = false }: { verbose?: boolean }) => demo(verbose))
}

async function demo(verbose: boolean): Promise<void> {
  process.chdir(projectRoot)
  await loadSyncConfig()
  // It builds adapters by sync.config.ts, so it cannot be loaded before that has been checked.
  const [{ sendSamples }, { sendAgain }, { fixFailure }] = await Promise.all([
    import('./send-samples.ts'),
    import('./send-again.ts'),
    import('./fix-failure.ts'),
  ])
  const startedAt = performance.now()
  const show = openShow((text) => process.stdout.write(text))
  const samples = findSamples(['events'])
  show.text(`${colors.bold('crm-pay-sync')}: from a signed CRM webhook to a linked provider customer\n`)
  const stack = await startDemoStack({ verbose })
  try {
    show.text(`${colors.green('✓')} the stack is up at ${stack.info.url} after ${secondsSince(startedAt)} s`)
    // The adapters that read the samples here take their secrets from the environment, as those in the stack do.
    Object.assign(process.env, stack.info.environment)
    delete process.env['AWS_PROFILE']
    const parts = { info: stack.info, world: openWorld(stack.info), show }
    await sendSamples(samples, parts)
    await sendAgain(samples, parts)
    await fixFailure(parts)
  } catch (error) {
    await stack.interruption()
    if (!verbose) process.stderr.write(`${stack.log()}\n`)
    throw error
  } finally {
    const ended = await stack.stop()
    show.text('')
    show.check(ended, ended ? 'the stack has stopped' : 'the stack had to be killed')
  }
  if (show.failed().length > 0 && !verbose) process.stderr.write(`${stack.log()}\n`)
  conclude(
    show.failed(),
    `${plural(samples.length, 'sample')}, each sent twice, ${secondsSince(startedAt)} s`,
  )
}

function conclude(failed: readonly string[], count: string): void {
  if (failed.length > 0) {
    throw new CommandFailed(`${plural(failed.length, 'check')} failed (${count}): ${failed.join('; ')}`)
  }
  process.stdout.write(
    [
      '',
      colors.bold(colors.green(`Everything came out right: ${count}.`)),
      'Every customer was created once and kept up to date.',
      'What failed waited in the dead-letter queue with its reason, was fixed, and arrived.',
      '',
      'Next:  npm start                   the same stack, until you stop it',
      '       npm run replay -- events    these samples, sent to it',
      '       npm run links -- list       which CRM record is which customer',
      '',
    ].join('\n'),
  )
}

function secondsSince(startedAt: number): string {
  return ((performance.now() - startedAt) / 1000).toFixed(1)
}
