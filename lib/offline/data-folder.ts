import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from './process-alive.ts'

export type DataFolder = { readonly databasePath: string; release(): void }

/**
 * Takes the folder for this process, making it when missing. Throws one plain line when it cannot be made or another
 * stack is using it: two at once would corrupt the database.
 */
export function takeDataFolder(folder: string): DataFolder {
  const note = join(folder, 'in-use-by')
  try {
    mkdirSync(folder, { recursive: true })
    const owner = readOwner(note)
    if (owner !== null && isAlive(owner))
      throw new Error(`process ${owner} is using it; stop that stack first`)
    writeFileSync(note, `${process.pid}\n`)
  } catch (cause) {
    throw new Error(`OFFLINE_DATA_DIR: ${folder}: ${(cause as Error).message}`, { cause })
  }
  return {
    databasePath: join(folder, 'dynamodb'),
    release: () => rmSync(note, { force: true }),
  }
}

function readOwner(note: string): number | null {
  try {
    return Number.parseInt(readFileSync(note, 'utf8'), 10) || null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
