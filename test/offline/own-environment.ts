import { tmpdir } from 'node:os'

/** The part of this process's environment that does not change the behavior of a stack under test. */
export function ownEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env
  // Otherwise npm creates a cache in the temporary folder.
  return { PATH, HOME, TMPDIR: tmpdir(), ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }) }
}
