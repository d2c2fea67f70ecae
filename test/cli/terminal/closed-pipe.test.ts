import { startCommand } from '../run-command.ts'

describe('a reader that closes the pipe early', () => {
  it.each([
    ['links', ['--help']],
    ['dead-letters', ['--help']],
    ['replay', ['--help']],
    ['demo', ['--help']],
    ['start', ['--help']],
    ['replay', ['--as-lambda-event', 'events/hubspot/contact.creation.json']],
  ] as const)('is no error of %s %j', async (command, args) => {
    const { code, stderr } = await startCommand(command, args, {}, ({ stdout }) => stdout?.destroy())
    expect([code, stderr]).toEqual([0, ''])
  })

  it('does not hide that a command failed', async () => {
    const { code } = await startCommand('links', ['list'], {}, ({ stdout, stderr }) => {
      stdout?.destroy()
      stderr?.destroy()
    })
    expect(code).toBe(2)
  })
})
