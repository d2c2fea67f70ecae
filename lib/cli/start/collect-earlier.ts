/**
 * V8 would let new objects grow to 192 MB before it collects them, on a machine with much memory. The functions' threads have
 * the same limit from their host.
 */
const flag = '--max-semi-space-size=16'

/**
 * Goes on as a Node.js that collects new objects earlier, which takes 150 MB less. V8 reads the limit when it starts only, so
 * the process replaces itself: its id, its parent and its streams stay. Windows cannot do that; there it takes the memory.
 */
export function collectEarlier(): void {
  const { platform, execPath, execArgv, argv } = process
  if (platform === 'win32' || execArgv.includes(flag)) return
  process.execve?.(execPath, [execPath, ...execArgv, flag, ...argv.slice(1)])
}
