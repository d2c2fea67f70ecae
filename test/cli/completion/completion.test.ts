import { sourceNames } from '../../../lib/sources/registry.ts'
import { runCommand, startCommand } from '../run-command.ts'

/** What the shell is offered for these words, the last of which is being typed. */
async function complete(...words: readonly string[]): Promise<readonly string[]> {
  // A process of its own, as for a shell: only what it loads is known.
  const { code, stdout, stderr } = await startCommand('complete', ['--', ...words])
  expect([code, stderr]).toEqual([0, ''])
  const lines = stdout.trimEnd().split('\n')
  // The shell's own completion of file names is off.
  expect(lines.pop()).toBe(':4')
  return lines.map((line) => line.split('\t')[0] ?? '')
}

describe('shell completion', () => {
  it.each([
    [
      [''],
      [
        'start',
        'demo',
        'replay',
        'links',
        'dead-letters',
        'status',
        'why',
        'plan',
        'resync',
        'doctor',
        'console',
        'deploy',
        'completion',
      ],
    ],
    [['de'], ['demo', 'dead-letters', 'deploy'].toSorted()],
    [
      ['links', ''],
      ['list', 'show', 'attach', 'forget'],
    ],
    [
      ['links', 'list', '--s'],
      ['--stage', '--source', '--state'],
    ],
    [
      ['links', 'list', '--state', ''],
      ['creating', 'linked', 'undecided', 'closed', 'merged', 'erased'],
    ],
    [['links', 'list', '--state', 'un'], ['undecided']],
    [
      ['links', 'forget', '501', '--mode', ''],
      ['live', 'test'],
    ],
    [['links', 'attach', '501', 'n'], ['notchpay']],
    [
      ['dead-letters', 'redrive', '--all', '--provider', ''],
      ['notchpay', 'wooshpay'],
    ],
    [['replay', '--source', ''], sourceNames],
    [['replay', 'ev'], ['events/']],
    [['replay', 'events/hubspot', 'sync.c'], ['sync.config.ts']],
    [['replay', 'nowhere/'], []],
    [['completion', 'f'], ['fish']],
  ])('offers for %j what may stand there', async (words, expected) => {
    const offered = await complete(...words)
    expect([...offered].toSorted()).toEqual(expected.toSorted())
  })

  it.each(['bash', 'zsh', 'fish', 'powershell'])('has a script for %s', async (shell) => {
    const { code, stdout } = await runCommand('completion', [shell])
    expect(code).toBe(0)
    expect(stdout).toMatch(/crm-pay-sync complete '?--/)
  })

  it('says how its scripts are installed', async () => {
    const { stdout } = await runCommand('completion', ['--help'], {
      npm_command: '',
      npm_lifecycle_event: '',
    })
    for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
      expect(stdout).toContain(`  ${shell.padEnd(10)}  crm-pay-sync completion ${shell} >`)
    }
  })
})
