import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { copyProject, type ProjectCopy } from '../support/project-copy.ts'

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
    ['serverless deploy', [serverless, 'deploy', '--stage', 'prod']],
    ['serverless deploy function', [serverless, 'deploy', 'function', '-f', 'syncCustomer']],
    ['serverless invoke local', [serverless, 'invoke', 'local', '-f', 'receiveWebhook']],
    ['npm start', ['lib/cli/start.ts']],
    ['npm run demo', ['lib/cli/demo.ts']],
  ])('ends %s with a line for each problem', async (_, args) => {
    const { code, stdout, stderr } = await project.run(args)
    expect([code, stdout, linesOf(stderr)]).toEqual([2, '', problems])
  })

  it.each(['start', 'demo', 'replay', 'links', 'dead-letters'])(
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

  it('is not packaged', async () => {
    const { code, stderr } = await project.run([serverless, 'package'])
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

  it.each(['package', 'deploy', 'offline'])('is warned of before %s, which goes on', async (command) => {
    const script = `import('./lib/offline/check-sync-config.ts').then((file) => file.checkSyncConfig('${command}'))`
    const { code, stdout, stderr } = await project.run(['-e', script])
    expect([code, stdout, stderr.trimEnd().split('\n')]).toEqual([
      0,
      '',
      [
        'warning: sync.config.ts: routes: a customer that no route matches is created nowhere: end with { to: "nowhere" } if that is intended',
        'warning: sync.config.ts: providers: no route leads to notchpay: customers linked there are updated, none is created',
        'warning: sync.config.ts: policies.onDelete: "block" has no effect: wooshpay cannot block customers',
      ],
    ])
  })
})
