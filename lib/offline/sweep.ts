import { readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from './process-alive.ts'
import { readOwner, stackFolder } from './stack-file.ts'

/** Removes builds and stack files (which contain secrets) of processes that no longer run. Never touches a live one's. */
export function sweepLeftovers(root: string): void {
  const folder = stackFolder(root)
  for (const name of namesIn(folder)) {
    const [, pid] = /^build-(\d+)$/.exec(name) ?? /^\d+\.json\.(\d+)$/.exec(name) ?? []
    if (pid && !isAlive(Number(pid))) rmSync(join(folder, name), { recursive: true, force: true })
    if (/^\d+\.json$/.test(name)) sweepStackFile(join(folder, name))
  }
}

/** Checks again after moving the file aside: a new stack on this port may have replaced it after the first check. */
function sweepStackFile(file: string): void {
  if (isOwned(file)) return
  const aside = `${file}.${process.pid}`
  if (!move(file, aside)) return
  if (isOwned(aside)) move(aside, file)
  else rmSync(aside, { force: true })
}

function isOwned(file: string): boolean {
  const owner = readOwner(file)
  return owner !== null && isAlive(owner)
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
