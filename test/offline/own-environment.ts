import { tmpdir } from 'node:os'

/** What a stack that is under test gets of this process's environment: nothing that would change what it does. */
export function ownEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env
  // Without it npm would make a cache in the temporary folder.
  return { PATH, HOME, TMPDIR: tmpdir(), ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }) }
}
