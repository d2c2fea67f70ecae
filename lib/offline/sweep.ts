import { readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from './process-alive.ts'
import { readOwner, stackFolder } from './stack-file.ts'

/** Removes the builds and stack files of processes that are gone, which hold that run's secrets; never a live one's. */
export function sweepLeftovers(root: string): void {
  const folder = stackFolder(root)
  for (const name of namesIn(folder)) {
    const [, pid] = /^build-(\d+)$/.exec(name) ?? /^\d+\.json\.(\d+)$/.exec(name) ?? []
    if (pid && !isAlive(Number(pid))) rmSync(join(folder, name), { recursive: true, force: true })
    if (/^\d+\.json$/.test(name)) sweepStackFile(join(folder, name))
  }
}

/** A stack that starts on the port may have written its own file since it was looked at: so it is looked at once more. */
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

/** False when it is not there any more. */
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
