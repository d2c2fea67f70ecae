import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newSealingKey } from '../../../lib/support/seal.ts'
import { type FakeParameterStore, startParameterStore } from '../../support/parameter-store.ts'
import { copyProject, type ProjectCopy } from '../../support/project-copy.ts'

/** In place of the framework: says how it was called, then ends as it was told, or waits for a signal. */
const framework = `
  if (process.env.WAIT) {
    const timer = setInterval(() => {}, 1000)
    process.once('SIGTERM', () => { clearInterval(timer); process.exitCode = 7 })
  } else process.exitCode = Number(process.env.CODE ?? 0)
  console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd() }))`

const sealingKeys = newSealingKey()
const paths = ['webhook', 'api'].map((scope) => `/crm-pay-sync/prod/${scope}/SEALING_KEYS`)

let project: ProjectCopy
let store: FakeParameterStore
const shipped = readFileSync('sync.config.ts', 'utf8')
beforeAll(async () => {
  store = await startParameterStore({})
  project = copyProject(shipped, framework)
  // A part of the project is enough, and takes a fraction of the time to check.
  const tsconfig = JSON.parse(readFileSync('tsconfig.json', 'utf8'))
  const include = ['lib/core/model/change.ts']
  writeFileSync(join(project.folder, 'tsconfig.json'), JSON.stringify({ ...tsconfig, include }))
})
afterAll(() => {
  project.remove()
  store.close()
})
beforeEach(() => {
  store.values = Object.fromEntries(paths.map((path) => [path, sealingKeys]))
  store.requests.length = store.puts.length = store.accessKeyIds.length = 0
})
const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }
const aws = () => ({ AWS_ENDPOINT_URL_SSM: store.url, AWS_EC2_METADATA_DISABLED: 'true', ...credentials })
const deploy = (args: readonly string[], environment: Record<string, string> = {}) =>
  project.run(['lib/cli/main.ts', 'deploy', ...args], { ...aws(), ...environment })
const called = (stdout: string) => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')

describe('npm run deploy', () => {
  it('says what it does, and hands every argument to serverless deploy', async () => {
    const args = ['--stage', 'prod', '-r', 'eu-west-1', '--param=alarmEmail=ops@example.com', '--force']
    const { code, stdout, stderr } = await deploy(args)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.split('\n')[0]).toBe('checked types and sync.config.ts; deploying stage prod to eu-west-1')
    expect(called(stdout)).toEqual({ args: ['deploy', ...args], cwd: project.folder })
  })

  it('goes where serverless.yml says when it is told neither stage nor region', async () => {
    const { stdout } = await deploy([], { AWS_DEFAULT_REGION: 'af-south-1' })
    expect(stdout.split('\n')[1]).toMatch(/deploying stage dev to af-south-1$/)
    expect(called(stdout).args).toEqual(['deploy'])
  })

  it('makes SEALING_KEYS where they are missing, and says where but not what', async () => {
    store.values = {}
    const { code, stdout } = await deploy(['--stage', 'prod'])
    expect([code, stdout.split('\n')[0]]).toEqual([0, `made ${paths.join(' and ')}, a new key`])
    expect(store.puts).toMatchObject(paths.map((Name) => ({ Name, Value: store.values[paths[0] ?? ''] })))
    expect(stdout).not.toContain(store.values[paths[0] ?? ''])
  })

  it('deploys nothing when it may not read them', async () => {
    store.intercept = () => 'AccessDeniedException'
    const { code, stdout, stderr } = await deploy(['--stage', 'prod'])
    store.intercept = () => undefined
    expect([code, stdout, stderr]).toEqual([
      1,
      '',
      'these AWS credentials are not allowed to do this; needed are ssm:GetParameters and ssm:PutParameter on /crm-pay-sync/prod/*\n',
    ])
  })

  it('takes the profile that it hands to serverless deploy', async () => {
    store.values = {}
    const profiles = join(project.folder, 'credentials')
    writeFileSync(profiles, '[payments]\naws_access_key_id = of-payments\naws_secret_access_key = test\n')
    const args = ['--stage', 'prod', '--aws-profile', 'payments']
    const { code, stdout } = await deploy(args, { AWS_SHARED_CREDENTIALS_FILE: profiles })
    expect([code, called(stdout).args]).toEqual([0, ['deploy', ...args]])
    expect(new Set(store.accessKeyIds)).toEqual(new Set(['of-payments']))
  })

  it('ends with the code of serverless deploy', async () => {
    expect((await deploy(['--stage', 'prod'], { CODE: '3' })).code).toBe(3)
  })

  it('leaves signals to serverless deploy', async () => {
    const child = spawn(process.execPath, ['lib/cli/main.ts', 'deploy', '--stage', 'prod'], {
      cwd: project.folder,
      env: { PATH: process.env['PATH'], HOME: project.folder, WAIT: '1', ...aws() },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exited = once(child, 'exit')
    for await (const chunk of child.stdout) if (String(chunk).includes('"args"')) break
    child.kill('SIGTERM')
    expect(await exited).toEqual([7, null])
  })

  it.each([
    [['--stage', 'a b'], /'a b' is invalid\. expected the name of a stage/],
    [['--stage'], /^option '-s, --stage <name>' argument missing$/],
  ])('answers %j with one line and exit 2', async (args, expected) => {
    const { code, stdout, stderr } = await deploy(args)
    expect([code, stdout, stderr.trimEnd().split('\n')]).toEqual([2, '', [expect.stringMatching(expected)]])
  })

  it('deploys nothing when sync.config.ts is wrong', async () => {
    writeFileSync(
      join(project.folder, 'sync.config.ts'),
      shipped.replace("{ to: 'wooshpay' }", "{ to: 'stripe' }"),
    )
    const { code, stdout, stderr } = await deploy(['--stage', 'prod'])
    writeFileSync(join(project.folder, 'sync.config.ts'), shipped)
    expect([code, stdout]).toEqual([2, ''])
    expect([...store.requests, ...store.puts]).toEqual([])
    expect(stderr).toMatch(/^sync\.config\.ts: routes\[1\]\.to: expected [^\n]*, got "stripe"\n$/)
  })

  it('deploys nothing when a type is wrong anywhere', async () => {
    appendFileSync(join(project.folder, 'lib/core/model/change.ts'), 'export const wrong: number = `text`\n')
    const { code, stdout, stderr } = await deploy(['--stage', 'prod'])
    expect([code, stdout]).toEqual([1, ''])
    expect([...store.requests, ...store.puts]).toEqual([])
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(
        /^lib\/core\/model\/change\.ts:\d+:14: Type 'string' is not assignable to type 'number'\.$/,
      ),
      '1 type error: nothing was deployed',
    ])
  })
})
