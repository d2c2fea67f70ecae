import { runCommand, startCommand } from './run-command.ts'

describe('bad input', () => {
  it.each([
    ['links', [], 'expected a command: list, show, attach, forget'],
    ['links', ['lst'], 'unknown command lst: did you mean list?'],
    ['links', ['wipe'], 'unknown command wipe: expected list, show, attach, forget'],
    ['links', ['list', '--yes'], "unknown option '--yes'"],
    [
      'links',
      ['list', '--stage', 'a b'],
      /'--stage <name>' argument 'a b' is invalid. expected the name of a stage/,
    ],
    ['links', ['attach', '1', 'paypal', 'cus_1'], /paypal.* Allowed choices are notchpay, wooshpay\./],
    ['links', ['show'], "missing required argument 'id'"],
    ['links', ['list'], 'no local stack is running on port 1: start one with npm start, or give --stage'],
    ['dead-letters', ['redrive'], 'expected either ids or --all'],
    ['dead-letters', ['redrive', 'x', '--all'], 'expected either ids or --all'],
    ['dead-letters', ['drop'], 'expected either ids or --all'],
    ['dead-letters', ['drop', '--all'], 'drop --all requires --code, --provider or --source'],
    ['dead-letters', ['redrive', 'x', '--code', 'Y'], '--code, --provider and --source require --all'],
    [
      'dead-letters',
      ['list', '--provider', 'paypal'],
      /paypal.* is invalid\. Allowed choices are notchpay, wooshpay\./,
    ],
    ['replay', [], "missing required argument 'file or folder'"],
    ['replay', ['events/nowhere'], 'events/nowhere: no such file or folder'],
    ['replay', ['package.json'], /^package\.json: of which CRM\?/],
    ['replay', ['events', '--times', 'often'], /--times <n>.*expected a whole number from 1/],
    ['replay', ['events', '--as-lambda-event'], '--as-lambda-event: expected one file'],
    ['replay', ['events'], 'no local stack is running on port 1: start one with npm start, or give --url'],
    ['replay', ['events', '--url', 'example.com'], /^--url: expected the URL before \/webhooks/],
    ['replay', ['events', '--url', 'http://api.example.com'], /^--url: expected https:.*signed webhooks/],
    ['replay', ['events', '--url', 'HTTP://127.0.0.1.example.com'], /^--url: expected https:/],
    ['replay', ['events', '--stage', 'prod', '--url', 'http://10.0.0.7:3000'], /^--url: expected https:/],
    ['replay', ['events', '--stage', 'prod'], /^--stage needs --url/],
    ['doctor', [], 'no local stack is running on port 1: start one with npm start, or give --stage'],
    ['doctor', ['--url', 'https://hooks.example.com'], '--url needs --stage'],
    ['doctor', ['--stage', 'prod', '--url', 'http://hooks.example.com'], /^--url: expected https:/],
    ['console', [], 'no local stack is running on port 1: start one with npm start, or give --stage'],
    ['console', ['--port', '70000'], /'70000' is invalid\. expected a port from 0 to 65535/],
    ['console', ['--stage', '../x'], /expected the name of a stage/],
    ['demo', ['--fast'], "unknown option '--fast'"],
  ] as const)('%s %j is answered by one line and exit 2', async (command, args, expected) => {
    const { code, stdout, stderr } = await runCommand(command, args)
    expect(stdout).toBe('')
    expect(stderr.split('\n')).toEqual([expect.any(String), ''])
    expect(stderr.trimEnd()).toEqual(
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    )
    expect(code).toBe(2)
  })

  it('names a variable that makes no sense', async () => {
    const { code, stderr } = await runCommand('links', ['list'], { PORT: 'eighty' })
    expect([code, stderr]).toEqual([2, 'PORT: expected a port from 0 (any free one) to 65535\n'])
  })

  it.each([
    ['links', 'the table of links at localhost:1 did not answer (ECONNREFUSED) (TABLE_UNAVAILABLE)'],
    [
      'dead-letters',
      'cannot look up the queue crm-pay-sync-dev-changes.fifo: SQS at 127.0.0.1:1 did not answer (ECONNREFUSED)',
    ],
  ])('%s names the host that could not be reached, and why', async (command, expected) => {
    const { code, stdout, stderr } = await runCommand(command, ['list'], {
      AWS_ENDPOINT_URL_DYNAMODB: 'http://localhost:1',
      AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1',
    })
    expect([code, stdout, stderr]).toEqual([1, '', `${expected}\n`])
  })

  it('stops the start of the stack likewise', async () => {
    const { code, stdout, stderr } = await startCommand('start', [], { RETRY_ATTEMPTS: 'many' })
    expect([code, stdout, stderr]).toEqual([2, '', 'RETRY_ATTEMPTS: expected a whole number from 1\n'])
  })
})
