import { readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from './process-alive.ts'
import { envFileName, readEnvOwner } from './stack-addresses.ts'
import { readOwner, readStackFile, stackFolder } from './stack-file.ts'

const dayMs = 24 * 3600 * 1000

/** Removes builds, stack files (which contain secrets) and old logs of processes that no longer run. Never touches a live one's. */
export function sweepLeftovers(root: string): void {
  const folder = stackFolder(root)
  for (const name of namesIn(folder)) {
    const [, pid] = /^build-(\d+)$/.exec(name) ?? /^(?:\d+\.json|env)\.(\d+)$/.exec(name) ?? []
    if (pid && !isAlive(Number(pid))) rmSync(join(folder, name), { recursive: true, force: true })
    if (/^\d+\.json$/.test(name)) sweepFile(join(folder, name), readOwner)
    if (name === envFileName) sweepFile(join(folder, name), readEnvOwner)
    const port = /^(\d+)\.log(?:\.1)?$/.exec(name)?.[1]
    if (port && isLeftLog(join(folder, name), Number(port), root)) rmSync(join(folder, name), { force: true })
  }
}

/** The log of a stack that has ended can be read for a day. A log that is about to be written is younger. */
function isLeftLog(file: string, port: number, root: string): boolean {
  const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0)
  return age > dayMs && readStackFile(port, root) === null
}

/** Checks again after moving the file aside: a new stack may have replaced it after the first check. */
function sweepFile(file: string, ownerIn: (file: string) => number | null): void {
  const isOwned = (path: string) => {
    const owner = ownerIn(path)
    return owner !== null && isAlive(owner)
  }
  if (isOwned(file)) return
  const aside = `${file}.${process.pid}`
  if (!move(file, aside)) return
  if (isOwned(aside)) move(aside, file)
  else rmSync(aside, { force: true })
}

/** False when the file no longer exists. */
function move(from: string, to: string): boolean {
  try {
    renameSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
