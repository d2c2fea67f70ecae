import { join } from 'node:path'
import { runNode } from './run-node.ts'

const root = join(__dirname, '../..')

it('each line of an invocation carries its request id, also when several run at once, and no other line does', async () => {
  const script = `
    const { jsonLog, withRequestId } = await import('./lib/support/log.ts')
    const log = jsonLog('INFO')
    const both = Promise.withResolvers()
    let started = 0
    const invocation = (id) => withRequestId(id, async () => {
      log.info('started ' + id)
      if (++started === 2) both.resolve()
      await both.promise
      log.warn('ended ' + id)
    })
    await Promise.all([invocation('one'), invocation('two')])
    log.info('between')`
  const { stdout, stderr } = await runNode(root, ['--input-type=module', '-e', script], {
    PATH: process.env['PATH'],
  })
  const lines: Record<string, unknown>[] = `${stdout}${stderr}`
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
  const told = Object.fromEntries(lines.map(({ message, requestId }) => [message, requestId]))
  expect(told).toEqual({
    'started one': 'one',
    'started two': 'two',
    'ended one': 'one',
    'ended two': 'two',
    between: undefined,
  })
})
