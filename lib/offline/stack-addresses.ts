import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { shellQuote } from '../support/shell-quote.ts'
import { findRunningStacks, type StackInfo, stackFolder } from './stack-file.ts'

/** Sourced in a shell, it sets the variables of `stackAddresses`. */
export const envFileName = 'env'

/** Where the parts of a stack and its log are, by the variable that `.offline/env` sets. None is a secret. */
function stackAddresses(info: StackInfo): Readonly<Record<string, string>> {
  const sandboxes = Object.entries(info.sandboxes).map(
    ([name, url]) => [name.toUpperCase().replaceAll('-', '_'), url] as const,
  )
  return {
    DOOR: info.url,
    ...Object.fromEntries(sandboxes),
    AWS_ENDPOINT_URL_DYNAMODB: info.dynamodbUrl,
    AWS_ENDPOINT_URL_SQS: info.sqsUrl,
    LINKS_TABLE: info.linksTable,
    CHANGES_QUEUE_URL: info.changesQueueUrl,
    DEAD_LETTERS_QUEUE_URL: info.deadLettersQueueUrl,
    MANUAL_DEAD_LETTERS_QUEUE_URL: info.manualDeadLettersQueueUrl,
    ...(info.logFile !== undefined && { LOG_FILE: info.logFile }),
  }
}

/** The addresses, one a line. */
export function showAddresses(info: StackInfo): string {
  const addresses = Object.entries(stackAddresses(info))
  const width = Math.max(...addresses.map(([name]) => name.length))
  const lines = addresses.map(([name, value]) => `${name.padEnd(width)}  ${value}`)
  return [...lines, `In a shell: source .offline/${envFileName}`].join('\n')
}

/**
 * Writes `.offline/env` for the stack that started last. The returned function hands the file over to another running stack,
 * or removes it; a file that another stack has written since is left alone.
 */
export function writeEnvFile(info: StackInfo, root: string): () => void {
  const file = writeAddresses(info, root)
  return () => {
    if (readEnvOwner(file) !== info.pid) return
    const other = findRunningStacks(root).find(({ pid }) => pid !== info.pid)
    if (other) writeAddresses(other, root)
    else rmSync(file, { force: true })
  }
}

function writeAddresses(info: StackInfo, root: string): string {
  mkdirSync(stackFolder(root), { recursive: true })
  const file = join(stackFolder(root), envFileName)
  const draft = `${file}.${info.pid}`
  const lines = Object.entries(stackAddresses(info)).map(
    ([name, value]) => `export ${name}=${shellQuote(value)}`,
  )
  const text = `${[ownerLine(info.pid), ...lines].join('\n')}\n`
  writeFileSync(draft, text, { mode: 0o600 })
  renameSync(draft, file)
  return file
}

const ownerLine = (pid: number) => `# The local stack of process ${pid}`

/** The process id of the stack that wrote the file. Null when it is missing or not ours. */
export function readEnvOwner(file: string): number | null {
  try {
    const pid = /^# The local stack of process (\d+)$/m.exec(readFileSync(file, 'utf8'))?.[1]
    return pid === undefined ? null : Number(pid)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
