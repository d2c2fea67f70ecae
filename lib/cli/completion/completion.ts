import type { Command } from 'commander'
import { asTyped } from '../../operator/advice/as-typed.ts'
import { completePaths } from './complete-paths.ts'

const summary = 'print the completion script of a shell'

const describeInstallation = () => `
The script completes the command crm-pay-sync. Put that on your PATH once with npm link, then install the script:

  bash        ${asTyped('crm-pay-sync completion bash')} > ~/.local/share/bash-completion/completions/crm-pay-sync
              (needs the package bash-completion)
  zsh         ${asTyped('crm-pay-sync completion zsh')} > "\${fpath[1]}/_crm-pay-sync"
  fish        ${asTyped('crm-pay-sync completion fish')} > ~/.config/fish/completions/crm-pay-sync.fish
  powershell  ${asTyped('crm-pay-sync completion powershell')} >> $PROFILE

It takes effect in a new shell.`

/**
 * Adds `completion <shell>`, and the hidden `complete` that the scripts call on every press of the Tab key. All other
 * commands must have been added, and those that are being completed loaded.
 */
export async function addCompletion(program: Command, args: readonly string[]): Promise<void> {
  if (args[0] !== 'complete' && !args.includes('completion')) {
    program.command('completion').summary(summary).description(summary)
    return
  }
  const { default: tab } = await import('@bomb.sh/tab/commander')
  const completions = tab(program, { completionCommandName: 'completion' })
  // The library turns off the shell's own completion of file names, so these are offered here.
  completions.commands.get('replay')?.argument(
    'file or folder',
    (offer) => {
      for (const path of completePaths(args.at(-1) ?? '')) offer(path, '')
    },
    true,
  )
  program.commands
    .find((command) => command.name() === 'completion')
    ?.summary(summary)
    .description('Prints a script that completes commands, options and their values in a shell.')
    .addHelpText('after', describeInstallation)
}
