/** Prints lines on standard error, each after the seconds that have passed. */
export function startProgress(): (line: string) => void {
  const startedAt = Date.now()
  return (line) => {
    const seconds = Math.round((Date.now() - startedAt) / 1000)
    process.stderr.write(`${String(seconds).padStart(4)} s  ${line}\n`)
  }
}
