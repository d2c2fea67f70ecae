import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { copyProject, type ProjectCopy } from '../support/project-copy.ts'
import type { Ran } from '../support/run-node.ts'

jest.setTimeout(120_000)

const config = (lines: string) =>
  `import { defineSyncConfig } from './lib/core/sync-config.ts'\n\nexport default defineSyncConfig({\n${lines}\n})\n`
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
const useProject = (syncConfig: string) => {
  beforeAll(() => {
    project = copyProject(syncConfig)
  })
  afterAll(() => project.remove())
}

describe('a sync.config.ts that is wrong', () => {
  useProject(wrong)

  it.each([
    ['serverless package', [serverless, 'package']],
    ['npm start', ['lib/cli/start.ts']],
    ['npm run demo', ['lib/cli/demo.ts']],
    ['npm run deploy', ['lib/cli/deploy.ts', '--stage', 'prod']],
    ['npm run links', ['lib/cli/links.ts', 'attach', '51230', 'notchpay', 'cus_1']],
  ])('ends %s with a line for each problem', async (_, args) => {
    const { code, stdout, stderr } = await project.run(args)
    expect([code, stdout, linesOf(stderr)]).toEqual([2, '', problems])
  })

  it.each(['deploy', 'deploy function', 'offline', 'offline start', 'invoke local'])(
    'ends serverless %s likewise',
    async (command) => {
      const { code, stdout, stderr } = await check(command)
      expect([code, stdout, linesOf(stderr)]).toEqual([2, '', problems])
    },
  )

  it.each(['print', 'info', 'remove', 'logs'])(
    'does not keep serverless %s from its work',
    async (command) => {
      expect(await check(command)).toEqual({ code: 0, stdout: '', stderr: '' })
    },
  )

  it.each(['start', 'demo', 'replay', 'links', 'dead-letters', 'deploy'])(
    'does not keep %s from showing how it is used',
    async (command) => {
      const { code, stderr } = await project.run([`lib/cli/${command}.ts`, '--help'])
      expect([code, stderr]).toEqual([0, ''])
    },
  )

  it.each(readdirSync('functions'))('is told by the cold start of %s without a stack trace', async (name) => {
    const script = `import('./functions/${name}').catch(({ stack }) => console.log(stack))`
    expect((await project.run(['-e', script])).stdout.trimEnd().split('\n')).toEqual(problems)
  })
})

describe('a sync.config.ts that cannot be run', () => {
  useProject('')
  const oneRoute = "  sources: {}, providers: ['notchpay'], routes: [{ to: 'notchpay' }],"

  it.each([
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
  ])('is told in one line: %s', async (_, text, expected) => {
    writeFileSync(join(project.folder, 'sync.config.ts'), text)
    const script =
      "import('./lib/offline/load-sync-config.ts').then((file) => file.loadSyncConfig()).catch(({ message }) => console.log(message))"
    const { stdout } = await project.run(['-e', script])
    expect(stdout).toMatch(/^[^\n]+\n$/)
    expect(stdout.trimEnd()).toEqual(
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    )
  })
})

describe('a sync.config.ts with an error of types alone', () => {
  useProject(
    config(`  sources: { hubspot: {} },
  providers: ['notchpay'],
  routes: [{ countries: ['CM', 'SN'] as string[], to: 'notchpay' }, { to: 'nowhere' }],`),
  )

  it.each(['package', 'deploy'])('ends serverless %s', async (command) => {
    const { code, stderr } = await check(command)
    expect([code, linesOf(stderr)]).toEqual([
      2,
      [expect.stringMatching(/^sync\.config\.ts:6:14: Type 'string\[\]' /)],
    ])
  })
})

describe('a sync.config.ts that is odd', () => {
  useProject(
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

  it.each(['package', 'deploy', 'offline'])('is warned of before %s, which goes on', async (command) => {
    const { code, stdout, stderr } = await check(command)
    expect([code, stdout]).toEqual([0, ''])
    expect(linesOf(stderr).slice(0, 3)).toEqual(warnings)
  })

  it('is warned of before a deployment whose alarms nobody would get, too', async () => {
    const noAddress =
      'warning: no alarm address: nobody is told of the alarms of stage dev (--param="alarmEmail=ops@example.com")'
    expect(linesOf((await check('deploy')).stderr)).toEqual([...warnings, noAddress])
    expect(linesOf((await check('deploy', { email: 'ops@example.com' })).stderr)).toEqual(warnings)
  })
})

describe('a parameter that makes a variable of the functions wrong', () => {
  useProject(config("  sources: { hubspot: {} }, providers: ['notchpay'], routes: [{ to: 'notchpay' }],"))

  it('is not deployed: no function would start', async () => {
    const environment = {
      LOG_LEVEL: 'TRACE',
      PIPEDRIVE_API_URL: 'acme.pipedrive.com',
      STANDARD_WEBHOOKS_API_URL: '',
      WEBHOOK_PUBLIC_URL: { 'Fn::Sub': 'a reference' },
    }
    const { code, stderr } = await check('deploy', { environment })
    expect([code, linesOf(stderr)]).toEqual([
      2,
      [
        'environment variable LOG_LEVEL: Invalid option: expected one of "DEBUG"|"INFO"|"WARN"|"ERROR", got "TRACE"',
        'environment variable PIPEDRIVE_API_URL: Invalid URL, got "acme.pipedrive.com"',
      ],
    ])
  })
})

/** The check alone, as the framework's command would have it done. */
function check(command: string, { email = '', environment = {} } = {}): Promise<Ran> {
  const topic = { Properties: { Subscription: [{ Protocol: 'email', Endpoint: email }] } }
  const serverless = {
    processedInput: { commands: command.split(' ') },
    service: { provider: { stage: 'dev', environment }, resources: { Resources: { AlarmTopic: topic } } },
  }
  const script = `const { checkService } = await import('./lib/offline/check-service.ts')
    await checkService(${JSON.stringify(serverless)})`
  return project.run(['--input-type=module', '-e', script])
}
