import { join } from 'node:path'
import { runNode } from './run-node.ts'

const root = join(__dirname, '../..')
const levels = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const

/** The log of a function that writes one line per level and counts a metric, run as in Lambda. */
async function logAt(level: string) {
  const script = `
    const { jsonLog } = await import('./lib/support/log.ts')
    const { embeddedMetrics } = await import('./lib/support/metrics.ts')
    const log = jsonLog('${level}')
    const metrics = embeddedMetrics('dev', '${level}')
    for (const level of ['debug', 'info', 'warn', 'error']) log[level]('said at ' + level)
    metrics.count('WebhooksAccepted')
    metrics.publish()`
  const { stdout, stderr } = await runNode(root, ['--input-type=module', '-e', script], {
    PATH: process.env['PATH'],
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_LOG_FORMAT: 'JSON',
    AWS_LAMBDA_LOG_LEVEL: level,
    LOG_LEVEL: level,
  })
  const lines: Record<string, unknown>[] = `${stdout}${stderr}`
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
  return { said: lines.filter(({ _aws }) => !_aws), metrics: lines.filter(({ _aws }) => _aws) }
}

describe.each(levels)('a function whose log level is %s, in its own setting and in Lambda’s', (level) => {
  const index = levels.indexOf(level)

  it('logs that level and above, without a warning about the levels', async () => {
    const { said } = await logAt(level)
    expect(said.map((line) => line['level']).toSorted()).toEqual(levels.slice(index).toSorted())
    for (const line of said) expect(line['message']).toBe(`said at ${String(line['level']).toLowerCase()}`)
  })

  it('writes its metrics in a line that Lambda does not drop', async () => {
    const { metrics } = await logAt(level)
    expect(metrics).toEqual([
      expect.objectContaining({ WebhooksAccepted: 1, service: 'dev', level, timestamp: expect.any(String) }),
    ])
    expect(new Date(String(metrics[0]?.['timestamp'])).toISOString()).toBe(metrics[0]?.['timestamp'])
  })
})
