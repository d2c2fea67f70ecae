import { createRequire } from 'node:module'

/**
 * One cold start: loads the bundle named in the first argument, and passes it the event of the second. Prints the CPU time of
 * both as JSON on file descriptor 3. What Node.js itself needs to start is not part of it.
 */
const [, , file = '', event = 'null'] = process.argv
const require = createRequire(file)
const cpuMs = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
const parsed = JSON.parse(event)
const before = cpuMs()
const { handler } = require(file) as { handler: (event: unknown, context: object) => Promise<unknown> }
const loaded = cpuMs()
const answer = await handler(parsed, { awsRequestId: 'cold', getRemainingTimeInMillis: () => 60_000 })
const answered = cpuMs()
const { writeSync } = await import('node:fs')
writeSync(3, JSON.stringify({ importMs: loaded - before, answerMs: answered - loaded, answer }))
process.exit(0)
