import type { Command } from 'commander'
import { type StageCommandOptions, withStage } from '../stage/stage-command.ts'
import { describeCommand } from '../terminal/program.ts'

/** `status` of the command line. */
export function define(command: Command): void {
  withStage(
    describeCommand(
      command,
      'Is it working? Queue, dead letters, paused providers and the last webhooks, and what waits for a person with the command ' +
        'that fixes it. Exit code 0 when nothing needs a person, 1 otherwise.',
      ['crm-pay-sync status', 'crm-pay-sync status --stage prod --json'],
    ),
  ).action(async (options: StageCommandOptions) => {
    const { showStatus } = await import('./show-status.ts')
    await showStatus(options)
  })
}
