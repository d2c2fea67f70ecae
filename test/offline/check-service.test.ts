import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { copyProject, type ProjectCopy } from '../support/project-copy.ts'

const config = (lines: string) =>
  `import { defineSyncConfig } from './lib/sync-config.ts'\n\nexport default defineSyncConfig({\n${lines}\n})\n`
const wrong = config(`  sources: { hubspot: {} },
  providers: ['notchpay'],
  routes: [{ countries: ['UK'], to: 'stripe' }],
  policies: { onDelete: 'erase' },`)
const problems = [
  'sync.config.ts: routes[0].countries[0]: expected an ISO 3166-1 alpha-2 country code in upper case, such as "CM", got "UK"',
  'sync.config.ts: routes[0].to: expected "notchpay", "wooshpay" or "nowhere", got "stripe"',
  'sync.config.ts: policies.onDelete: expected "keep", "block" or "delete", got "erase"',
]
const serverless = 'node_modules/serverless/bin/serverless.js'
/** What is said of the file, without the framework's own notice of what it is about to do. */
const linesOf = (stderr: string) => stderr.split('\n').filter((line) => !/^$|^(Packag|Deploy)ing /.test(line))

let project: ProjectCopy
beforeAll(() => {
  project = copyProject('')
})
afterAll(() => project.remove())

const useConfig = (syncConfig: string) => {
  beforeAll(() => writeFileSync(join(project.folder, 'sync.config.ts'), syncConfig))
}

describe('a sync.config.ts that is wrong', () => {
  useConfig(wrong)

  it.each([
    ['serverless package', [serverless, 'package']],
    ['npm run demo', ['lib/cli/main.ts', 'demo']],
    ['npm run deploy', ['lib/cli/main.ts', 'deploy', '--stage', 'prod']],
    ['npm start', ['lib/cli/main.ts', 'start']],
    ['npm run links', ['lib/cli/main.ts', 'links', 'attach', '51230', 'notchpay', 'cus_1']],
  ])('ends %s with a line for each problem', async (_, args) => {
    const { code, stdout, stderr } = await project.run(args)
    expect([code, stdout, linesOf(stderr)]).toEqual([2, '', problems])
  })

  it('ends every serverless command likewise that needs the functions, and no other', async () => {
    const needsThem = ['deploy', 'deploy function', 'offline', 'offline start', 'invoke local']
    const others = ['print', 'info', 'remove', 'logs']
    const checked = await check([...needsThem, ...others].map((command) => ({ command })))
    expect(checked.map(({ command, code, stderr }) => [command, code, linesOf(stderr)])).toEqual([
      ...needsThem.map((command) => [command, 2, problems]),
      ...others.map((command) => [command, 0, []]),
    ])
  })

  it('does not keep a command from showing how it is used', async () => {
    const commands = ['start', 'demo', 'replay', 'links', 'dead-letters', 'deploy']
    const script = `for (const command of ${JSON.stringify(commands)}) {
        process.argv = [process.argv[0], '', command, '--help']
        await import(\`./lib/cli/main.ts?command=\${command}\`)
      }`
    const { code, stdout, stderr } = await project.run(['--input-type=module', '-e', script])
    expect([code, stderr]).toEqual([0, ''])
    const names = [...stdout.matchAll(/^Usage: crm-pay-sync ([\w-]+) /gm)].map(([, name]) => name)
    expect(names).toEqual(commands)
  })

  it('is told by the cold start of each function that needs it, without a stack trace', async () => {
    // Retrying dead letters needs none of it.
    const names = readdirSync('functions').filter((name) => name !== 'retry-dead-letters.ts')
    const script = `for (const name of ${JSON.stringify(names)}) {
      await import(\`./functions/\${name}\`).catch(({ stack }) => console.log(stack))
    }`
    const { stdout } = await project.run(['--input-type=module', '-e', script])
    expect(stdout.trimEnd().split('\n')).toEqual(names.flatMap(() => problems))
  })
})

describe('a sync.config.ts that cannot be run', () => {
  const oneRoute = "  sources: {}, providers: ['notchpay'], routes: [{ to: 'notchpay' }],"

  const broken: readonly (readonly [string, string, string | RegExp])[] = [
    [
      'a syntax error',
      config("  sources: {}\n  providers: ['notchpay'],"),
      "sync.config.ts:5:3: ',' expected.",
    ],
    [
      'a name that nobody has defined',
      config(`${oneRoute} policies: gentle`),
      "sync.config.ts:4:81: Cannot find name 'gentle'.",
    ],
    [
      'an error that the types do not show',
      `${config(oneRoute)}null as never as string[]).length\n`.replace('null', '\n;(null'),
      /^sync\.config\.ts:7:\d+: TypeError: Cannot read properties of null/,
    ],
    ['nothing exported', 'export const config = {}\n', 'sync.config.ts: expected an object, got nothing'],
    [
      'a config that did not go through defineSyncConfig',
      "export default { sources: {}, providers: ['notchpay'], routes: [] }\n",
      'sync.config.ts: routes: expected at least one entry, got []',
    ],
  ]
  /** What is said of each, in one process, which reads the file again after each edit. */
  let told: readonly string[]
  beforeAll(async () => {
    const script = `const { writeFileSync } = await import('node:fs')
      const { loadSyncConfig } = await import('./lib/offline/load-sync-config.ts')
      const told = []
      for (const [index, text] of ${JSON.stringify(broken.map(([, text]) => text))}.entries()) {
        writeFileSync('sync.config.ts', text)
        told.push(await loadSyncConfig(index + 1).then(() => 'nothing', ({ message }) => message))
      }
      console.log(JSON.stringify(told))`
    told = JSON.parse((await project.run(['--input-type=module', '-e', script])).stdout)
  })

  it.each(broken.map(([what, , expected], index) => [what, expected, index] as const))(
    'is told in one line: %s',
    (_, expected, index) => {
      expect(told[index]).toMatch(/^[^\n]+$/)
      expect(told[index]).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected))
    },
  )
})

describe('a sync.config.ts with an error of types alone', () => {
  useConfig(
    config(`  sources: { hubspot: {} },
  providers: ['notchpay'],
  routes: [{ countries: ['CM', 'SN'] as string[], to: 'notchpay' }, { to: 'nowhere' }],`),
  )

  it('ends a command that deploys', async () => {
    const line = expect.stringMatching(/^sync\.config\.ts:6:14: Type 'string\[\]' /)
    const [checked] = await check([{ command: 'package' }])
    expect([checked?.code, linesOf(checked?.stderr ?? '')]).toEqual([2, [line]])
  })
})

describe('a sync.config.ts that is odd', () => {
  useConfig(
    config(`  sources: { hubspot: {} },
  providers: ['notchpay', 'wooshpay'],
  routes: [{ countries: ['CM'], to: 'wooshpay' }],
  policies: { onDelete: 'block' },`),
  )

  const warnings = [
    'warning: sync.config.ts: routes: a customer that no route matches is created nowhere: end with { to: "nowhere" } if that is intended',
    'warning: sync.config.ts: providers: no route leads to notchpay: customers linked there are updated, none is created',
    'warning: sync.config.ts: policies.onDelete: "block" has no effect: wooshpay cannot block customers',
  ]

  it('is warned of before deploy and offline, which go on; also of a deployment whose alarms nobody would get', async () => {
    const noTarget =
      'warning: no alarm target: nobody is notified of the alarms of stage dev (--param="alarmEmail=ops@example.com")'
    const checked = await check([{ command: 'deploy' }, { command: 'offline' }])
    expect(checked.map(({ command, code, stderr }) => [command, code, linesOf(stderr)])).toEqual([
      ['deploy', 0, [...warnings, noTarget]],
      ['offline', 0, warnings],
    ])
  })
})

describe('a policy that no provider can follow', () => {
  useConfig(
    config(`  sources: { hubspot: {} },
  providers: ['wooshpay'],
  routes: [{ to: 'wooshpay' }],
  policies: { onDelete: 'block' },`),
  )

  it('ends package, deploy and offline', async () => {
    const commands = ['package', 'deploy', 'offline']
    const line =
      'sync.config.ts: policies.onDelete: "block" cannot be followed: wooshpay cannot block customers'
    const checked = await check(commands.map((command) => ({ command })))
    expect(checked.map(({ command, code, stderr }) => [command, code, linesOf(stderr)])).toEqual(
      commands.map((command) => [command, 2, [line]]),
    )
  })
})

describe('a wrong parameter', () => {
  useConfig(config("  sources: { hubspot: {} }, providers: ['notchpay'], routes: [{ to: 'notchpay' }],"))

  it('that makes a variable wrong is not deployed: no function would start', async () => {
    const environment = {
      LOG_LEVEL: 'TRACE',
      PIPEDRIVE_API_URL: 'acme.pipedrive.com',
      STANDARD_WEBHOOKS_API_URL: '',
      WEBHOOK_PUBLIC_URL: { 'Fn::Sub': 'a reference' },
    }
    const [deployed] = await check([{ command: 'deploy', environment }])
    expect([deployed?.code, linesOf(deployed?.stderr ?? '')]).toEqual([
      2,
      [
        'environment variable LOG_LEVEL: Invalid option: expected one of "DEBUG"|"INFO"|"WARN"|"ERROR", got "TRACE"',
        'environment variable PIPEDRIVE_API_URL: expected a URL such as https://example.pipedrive.com, got "acme.pipedrive.com"',
      ],
    ])
  })

  it('that nothing reads is not deployed, and the one that may be meant is named', async () => {
    const params = [
      ['pipedriveUrl=https://acme.pipedrive.com', 'pipedriveUrl', '; did you mean pipedriveApiUrl?'],
      ['alarmMail=ops@example.com', 'alarmMail', '; did you mean alarmEmail?'],
      ['colour=red', 'colour', ''],
    ] as const
    const checked = await check(params.map(([param]) => ({ command: 'deploy', param })))
    expect(checked.map(({ code, stderr }) => [code, linesOf(stderr)])).toEqual(
      params.map(([, name, hint]) => [2, [`--param ${name}: there is no such parameter${hint}`]]),
    )
  })

  it('whose value cannot be right is not deployed', async () => {
    const [deployed] = await check([{ command: 'deploy', param: 'dashboard=no' }])
    expect([deployed?.code, linesOf(deployed?.stderr ?? '')]).toEqual([
      2,
      ['--param dashboard: expected true or false'],
    ])
  })
})

const parameters = {
  alarmEmail: '',
  alarmTopicArn: '',
  alarmChatWebhook: false,
  dashboard: true,
  tracing: false,
}

type Checked = { readonly command: string; readonly code: number; readonly stderr: string }

/** The check alone, as the framework's commands would have it done, one after the other in one process. */
async function check(
  calls: readonly {
    command: string
    environment?: Record<string, unknown>
    param?: string
  }[],
): Promise<readonly Checked[]> {
  const services = calls.map(({ command, environment = {}, param = [] }) => {
    return {
      processedInput: { commands: command.split(' '), options: { param } },
      configurationInput: { params: { default: parameters } },
      service: { provider: { stage: 'dev', environment } },
    }
  })
  const script = `const { checkService } = await import('./lib/offline/check-service.ts')
    process.exit = (code) => { throw { code } }
    const write = process.stdout.write.bind(process.stdout)
    process.stdout.write = () => { throw new Error('nothing belongs there') }
    const checked = []
    for (const service of ${JSON.stringify(services)}) {
      let stderr = ''
      process.stderr.write = (text) => { stderr += text }
      const code = await checkService(service).then(() => 0, (end) => end.code ?? String(end))
      checked.push({ command: service.processedInput.commands.join(' '), code, stderr })
    }
    write(JSON.stringify(checked))`
  return JSON.parse((await project.run(['--input-type=module', '-e', script])).stdout)
}
