import colors from 'picocolors'
import type { StackInfo } from '../../offline/stack-file.ts'
import type { DemoWorld } from './world.ts'

export type DemoParts = { readonly info: StackInfo; readonly world: DemoWorld; readonly show: Show }

/** Prints the demo's output and collects the checks that fail. */
export type Show = {
  act(number: number, title: string): void
  text(text: string): void
  /** Prints the result of a check; a failed one is also kept for `failed`. */
  check(holds: boolean, claim: string): void
  failed(): readonly string[]
}

export function openShow(write: (text: string) => void): Show {
  const failures: string[] = []
  return {
    act: (number, title) => write(`\n${colors.bold(colors.cyan(`${number}  ${title}`))}\n\n`),
    text: (text) => write(`${text}\n`),
    check: (holds, claim) => {
      if (!holds) failures.push(claim)
      write(`${holds ? colors.green('✓') : colors.red('✗')} ${claim}\n`)
    },
    failed: () => failures,
  }
}

/** `1 webhook`, `2 webhooks`. */
export function plural(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`
}
