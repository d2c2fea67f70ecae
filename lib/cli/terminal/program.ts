import { Command, CommanderError, Help, InvalidArgumentError } from 'commander'
import { closest, distance } from 'fastest-levenshtein'
import { asTyped } from '../../operator/advice/as-typed.ts'
import { BadInput, describeError, isAboutCredentials } from '../../operator/errors.ts'

/** Stopped by Ctrl-C without a result: one line, exit code 130, the convention of shells. */
export class Interrupted extends Error {
  override readonly message = 'interrupted'
}
export const interruptedExitCode = 130

/**
 * A command line that reports mistakes in one line on standard error. `name` is what is typed before the arguments,
 * `examples` are whole lines for `--help`.
 */
export function createProgram(name: string, description: string, examples: readonly string[]): Command {
  const program = new Command(name)
    .helpCommand(false)
    .helpOption('-h, --help', 'show this help')
    .exitOverride()
    .configureHelp({ commandUsage: (command) => asTyped(new Help().commandUsage(command)) })
    .configureOutput({ outputError: (text, write) => write(`${oneLine(text.replace(/^error: /, ''))}\n`) })
  return describeCommand(program, description, examples)
}

/** What `--help` of a command says. An example that begins with `crm-pay-sync` is shown as the command was called. */
export function describeCommand(command: Command, description: string, examples: readonly string[]): Command {
  const lines = examples.map((example) => `  ${asTyped(example)}`).join('\n')
  return command.description(description).addHelpText('after', `\nExamples:\n${lines}`)
}

/**
 * For a program that only has subcommands: a missing or unknown one is BadInput, with a suggestion where one is similar.
 * Without a command, the top level prints its help and ends with 2.
 */
export function wantsSubcommand(program: Command): Command {
  return program
    .usage('<command> [options]')
    .argument('[command]')
    .allowExcessArguments()
    .allowUnknownOption()
    .action((given: string | undefined) => {
      const known = program.commands.map((command) => command.name())
      if (given?.startsWith('-')) throw new BadInput(`unknown option '${given}'`)
      if (given === undefined && program.parent === null) program.help({ error: true })
      if (given === undefined) throw new BadInput(`expected a command: ${known.join(', ')}`)
      const similar = known.find((name) => name === closest(given, known) && distance(given, name) <= 2)
      const hint = similar ? `did you mean ${similar}?` : `expected ${known.join(', ')}`
      throw new BadInput(`unknown command ${given}: ${hint}`)
    })
}

/** A reader that closes the pipe early (`| head`) is no error: the remaining output is discarded. */
function ignoreClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
}

/** Runs the command line and sets the exit code: 0, 1 when the command failed, 2 for bad input. */
export async function runProgram(program: Command, argv: readonly string[] = process.argv): Promise<void> {
  ignoreClosedPipe()
  try {
    await program.parseAsync(argv)
  } catch (error) {
    process.exitCode = exitCodeOf(error)
    // Commander has printed its message already.
    if (error instanceof CommanderError) return
    const message = messageOf(error)
    process.stderr.write(`${isInvalidSyncConfig(error) ? message : oneLine(message)}\n`)
  }
}

export function parseCount(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('expected a whole number from 1 to 999999')
}

export function parseStageName(text: string): string {
  if (/^[A-Za-z0-9-]{1,40}$/.test(text)) return text
  throw new InvalidArgumentError('expected the name of a stage, such as prod')
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof Interrupted) return interruptedExitCode
  const isCallersMistake =
    error instanceof BadInput || isInvalidSyncConfig(error) || isAboutCredentials(causeOf(error))
  return isCallersMistake ? 2 : 1
}

const causeOf = (error: unknown) => (error instanceof Error ? error.cause : undefined)

/** Its message has a line for each problem. Recognized by name, because its module takes longer to load than `--help`. */
function isInvalidSyncConfig(error: unknown): error is Error {
  return error instanceof Error && error.name === 'InvalidSyncConfig'
}

function messageOf(error: unknown): string {
  if (error instanceof Interrupted || isInvalidSyncConfig(error)) return error.message
  return describeError(error)
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' ')
}
