import { closeSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { OfflineSettings } from './environment.ts'
import { stackFolder } from './stack-file.ts'

/** Before a log would be longer, it becomes the older file, and a new one is begun. */
const longestLog = 10 * 1024 * 1024

/** The older of the two files of a log. */
export const rotatedLog = (file: string) => `${file}.1`

export type LogFile = {
  readonly path: string
  /** Appends one line that a function has written. Never throws. */
  add(functionName: string, line: string): void
  close(): void
}

/**
 * Where the stack on this port keeps its log, and whether it goes on with the one that is there: a log lives as long as the
 * table, in OFFLINE_DATA_DIR or as long as the stack runs.
 */
export function placeOfLog(
  port: number,
  { dataDir, dynamodbUrl }: Pick<OfflineSettings, 'dataDir' | 'dynamodbUrl'>,
  root: string,
): { readonly path: string; readonly keep: boolean } {
  return dataDir && !dynamodbUrl
    ? { path: join(resolve(root, dataDir), 'functions.log'), keep: true }
    : { path: join(stackFolder(root), `${port}.log`), keep: false }
}

/**
 * The log of the functions, readable by its owner only. The file is made with the first line. Lines are on disk when `add` returns, so that none is lost when
 * the process ends. If the log cannot be written, `complain` gets one line, and later lines are tried again.
 */
export function openLogFile(
  { path, keep }: { readonly path: string; readonly keep: boolean },
  complain: (line: string) => void,
  longest = longestLog,
): LogFile {
  let file: { readonly fd: number; size: number } | null = null
  let isComplete = true
  let hasComplained = false

  const open = () => {
    mkdirSync(dirname(path), { recursive: true })
    const fd = openSync(path, 'a', 0o600)
    file = { fd, size: fstatSync(fd).size }
    return file
  }
  const close = () => {
    if (file) closeSync(file.fd)
    file = null
  }
  const attempt = (work: () => void) => {
    try {
      work()
    } catch (error) {
      if (!hasComplained) complain(`cannot write the log ${path} (${(error as NodeJS.ErrnoException).code})`)
      hasComplained = true
    }
  }
  const append = (line: string) => {
    // The end of a line that could not be written whole is on a line of its own.
    const bytes = Buffer.from(`${isComplete ? '' : '\n'}${line}\n`)
    let current = file ?? open()
    if (current.size > 0 && current.size + bytes.length > longest) {
      close()
      renameSync(path, rotatedLog(path))
      current = open()
    }
    isComplete = false
    for (let written = 0; written < bytes.length; ) {
      const length = writeSync(current.fd, bytes, written)
      written += length
      current.size += length
    }
    isComplete = true
  }

  attempt(() => {
    if (!keep) for (const each of [path, rotatedLog(path)]) rmSync(each, { force: true })
  })
  return {
    path,
    add: (functionName, line) => attempt(() => append(withFunctionName(functionName, line))),
    close,
  }
}

/** On AWS the log group says which function has logged a line. */
function withFunctionName(functionName: string, line: string): string {
  return line.startsWith('{"') ? `{"functionName":${JSON.stringify(functionName)},${line.slice(1)}` : line
}
