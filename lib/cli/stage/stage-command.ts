import type { Command } from 'commander'
import type { StageOptions } from '../../operator/stage/stage.ts'
import { describeCommand, parseStageName } from '../terminal/program.ts'

export type StageCommandOptions = StageOptions & { readonly json?: boolean }

/** A subcommand that acts on a stage and can answer in JSON. `examples` are whole lines, as for `describeCommand`. */
export function stageCommand(
  program: Command,
  name: string,
  description: string,
  examples: readonly string[],
): Command {
  return withStage(describeCommand(program.command(name), description, examples))
}

/** The options of a command that acts on a stage and can answer in JSON. */
export function withStage(command: Command): Command {
  return command
    .option('--json', 'one JSON document instead of text')
    .option('--stage <name>', 'a deployed stage instead of the local stack', parseStageName)
    .option('--region <region>', 'where the stage is deployed (default: AWS_REGION, else us-east-1)')
}

/** One JSON document on standard output, or the text. A long text may be given as the function that makes it. */
export function printResult(
  { json }: { readonly json?: boolean },
  value: unknown,
  text: string | (() => string),
): void {
  const shown = json ? JSON.stringify(value, null, 2) : typeof text === 'string' ? text : text()
  process.stdout.write(`${shown}\n`)
}
