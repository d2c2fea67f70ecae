import packageJson from '../../package.json' with { type: 'json' }
import { runCommand } from './run-command.ts'

const commands = [
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
]
const subcommands = ['links', 'dead-letters'].flatMap((command) =>
  (command === 'links' ? ['list', 'show', 'attach', 'forget'] : ['list', 'show', 'redrive', 'drop']).map(
    (name) => [command, name] as const,
  ),
)
const underNpx = { npm_command: 'exec', npm_lifecycle_event: 'npx' }
const alone = { npm_command: '', npm_lifecycle_event: '' }

describe('crm-pay-sync', () => {
  it('--help lists every command, and shows how it is called', async () => {
    const { code, stdout, stderr } = await runCommand('--help', [], alone)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^Usage: crm-pay-sync <command> \[options\]\n/)
    expect(stdout).toMatch(/Examples:\n {2}npx crm-pay-sync demo\n/)
    const [, section = ''] = /^Commands:\n(.*?)\n\n/ms.exec(stdout) ?? []
    const listed = [...section.matchAll(/^ {2}([a-z-]+) /gm)].map(([, name]) => name)
    expect(listed).toEqual([...commands, 'completion', 'help'])
  })

  it.each(['--version', '-V'])('%s prints the version of package.json', async (option) => {
    const { code, stdout } = await runCommand(option, [])
    expect([code, stdout]).toEqual([0, `${packageJson.version}\n`])
  })

  it.each([
    ['lnks', [], 'unknown command lnks: did you mean links?'],
    ['dead-leters', ['list', '--json'], 'unknown command dead-leters: did you mean dead-letters?'],
    ['wipe', [], `unknown command wipe: expected ${[...commands, 'completion'].join(', ')}`],
    ['--jsn', [], "unknown option '--jsn'"],
    ['links', ['lst', '--json'], 'unknown command lst: did you mean list?'],
    ['links', ['list', '--jsn'], "unknown option '--jsn' (Did you mean --json?)"],
    ['links', ['list', '--version'], /^unknown option '--version'/],
    ['completion', [], "missing required argument 'shell'"],
    ['completion', ['tcsh'], /tcsh.* Allowed choices are zsh, bash, fish, powershell\./],
  ] as const)('%s %j is answered by one line and exit 2', async (command, args, expected) => {
    const { code, stdout, stderr } = await runCommand(command, args)
    expect([code, stdout, stderr.trimEnd()]).toEqual([
      2,
      '',
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    ])
    expect(stderr.split('\n')).toEqual([expect.any(String), ''])
  })

  it.each(commands)('is what npm run %s runs', (command) => {
    const scripts: Readonly<Record<string, string>> = packageJson.scripts
    expect(scripts[command]).toMatch(new RegExp(`^(exec )?node (--\\S+ )?lib/cli/main\\.ts ${command}$`))
  })
})

describe('--help of a command', () => {
  it.each(commands)('%s shows how it is used, with examples, as it was called', async (command) => {
    const byScript = command === 'start' ? 'npm start' : `npm run ${command}`
    for (const [environment, usage, example] of [
      [{}, `${byScript} --`, byScript],
      [underNpx, `npx crm-pay-sync ${command}`, `npx crm-pay-sync ${command}`],
      [alone, `crm-pay-sync ${command}`, `crm-pay-sync ${command}`],
    ] as const) {
      const { code, stdout } = await runCommand(command, ['--help'], environment)
      expect([code, stdout.split('\n')[0]]).toEqual([0, expect.stringContaining(`Usage: ${usage} `)])
      expect(stdout).toMatch(new RegExp(`\nExamples:\n  ${example}[ \n]`))
    }
  })

  it.each(subcommands)('%s %s does likewise', async (command, name) => {
    const { code, stdout } = await runCommand(command, [name, '--help'])
    expect([code, stdout.split('\n')[0]]).toEqual([
      0,
      expect.stringContaining(`npm run ${command} -- ${name} `),
    ])
    expect(stdout).toContain(`\nExamples:\n  npm run ${command} -- ${name}`)
  })

  it('is also what help prints', async () => {
    const [{ stdout: helped }, { stdout }] = await Promise.all([
      runCommand('help', ['links'], alone),
      runCommand('links', ['--help'], alone),
    ])
    expect(helped).toBe(stdout)
  })
})
