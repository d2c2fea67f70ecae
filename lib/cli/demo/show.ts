import colors from 'picocolors'
import type { StackInfo } from '../../offline/stack-file.ts'
import { outputWidth } from '../terminal/width.ts'
import type { DemoWorld } from './world.ts'

/** The most columns that the demo's tables take, also in a file or on a page. */
const mostColumns = 100

export function tableWidth(): number {
  return Math.min(mostColumns, outputWidth())
}

export type DemoParts = { readonly info: StackInfo; readonly world: DemoWorld; readonly show: Show }

/** What the demo prints, and whether everything it claims came out true. */
export type Show = {
  act(number: number, title: string): void
  text(text: string): void
  /** A claim of the demo: printed with a tick, or with a cross and remembered. */
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
