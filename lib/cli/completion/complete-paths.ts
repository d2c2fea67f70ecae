import { readdirSync } from 'node:fs'

/** The files and folders that a path typed so far may become. Folders end in a slash; hidden ones are left out. */
export function completePaths(typed: string): readonly string[] {
  const folder = typed.slice(0, typed.lastIndexOf('/') + 1)
  return readEntries(folder === '' ? '.' : folder)
    .filter(({ name }) => !name.startsWith('.'))
    .map((entry) => `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`)
    .filter((path) => path.startsWith(typed))
    .toSorted()
}

/** A folder that is not there, or may not be read, has nothing to offer. */
function readEntries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
