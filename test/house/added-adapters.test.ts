import type { ChildProcess } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { addAdapter } from '../../lib/kit/add-adapter.ts'
import { newProvider } from '../../lib/kit/new-provider.ts'
import { newSource } from '../../lib/kit/new-source.ts'
import { till } from '../../lib/kit/provider/index.ts'
import { offline as tillOffline } from '../../lib/kit/provider/offline.ts'
import { tally } from '../../lib/kit/source/index.ts'
import { offline } from '../../lib/kit/source/offline.ts'
import { readStackFile } from '../../lib/offline/stack-file.ts'
import { BadInput } from '../../lib/operator/errors.ts'
import { byName } from '../../lib/support/by-name.ts'
import { crmSourceContract } from '../contracts/crm-source.ts'
import { paymentProviderContract } from '../contracts/payment-provider.ts'
import { sandboxedHalves } from '../providers/sandboxed.ts'
import { copyProject, type ProjectCopy } from '../support/project-copy.ts'

/** A copy of the project with a made-up CRM, and a made-up provider that its customers are created at. */
let project: ProjectCopy
beforeAll(() => {
  const routed = readFileSync('sync.config.ts', 'utf8')
    .replace("providers: ['notchpay',", "providers: ['till', 'notchpay',")
    .replace('  routes: [\n', "$&    { source: 'tally', to: 'till' },\n")
  project = copyProject(routed)
  addAdapter(newSource, 'tally', 'Tally', project.folder)
  addAdapter(newProvider, 'till', 'Till', project.folder)
})
afterAll(() => project.remove())

crmSourceContract({ definition: tally, offline }, 'lib/kit/events')
paymentProviderContract('Till', () => sandboxedHalves(till, tillOffline))

it('a source and a provider from the templates are part of the local stack, of replay and of the commands: customers are created there', async () => {
  const { promise: port, resolve } = Promise.withResolvers<string>()
  let stack: ChildProcess | undefined
  const stopped = project.run(['lib/cli/main.ts', 'start'], { PORT: '0' }, (child) => {
    stack = child
    let output = ''
    child.stdout?.on('data', (chunk) => {
      output += chunk
      const found = /^ready: http:\/\/127\.0\.0\.1:(\d+)$/m.exec(output)?.[1]
      if (found) resolve(found)
    })
  })
  const PORT = await Promise.race([port, stopped.then(({ stderr }) => stderr)])
  const replayed = await project.run(['lib/cli/main.ts', 'replay', 'events/tally'], { PORT })
  const link = await untilLinked({ PORT })
  const created = await recordsOf('till', PORT)
  stack?.kill('SIGINT')
  await stopped
  expect([replayed.code, replayed.stderr]).toEqual([0, ''])
  expect(link).toMatchObject({ source: 'tally', account: 'default', recordId: '7', provider: 'till' })
  expect(created).toEqual([
    expect.objectContaining({
      id: link.providerCustomerId,
      name: 'Ama Serwaa',
      email: 'ama@example.gh',
      metadata: { crm_source: 'tally', crm_account: 'default', crm_record: 'contact:7' },
    }),
  ])
})

describe('a source or a provider with a missing part', () => {
  /** A part of an object literal, with its comments, up to the next one at the same depth. */
  const part = (name: string) => new RegExp(`^  ${name}[:(].*?(?=^  \\w+[:(]|^}\\)?)`, 'ms')
  type Variants = Readonly<Record<string, readonly [file: string, text: RegExp, becomes: string]>>
  const without = (file: string, names: readonly string[], prefix = ''): Variants =>
    Object.fromEntries(names.map((name) => [`${prefix}${name}`, [file, part(name), '']] as const))
  const parts = {
    'sources/tally': [
      ['name', 'title', 'webhookSecrets', 'apiSecrets', 'apiUrls', 'variables', 'config', 'build'],
      ['secrets', 'wrongSecrets', 'sign', 'sandboxes', 'tell', 'docs', 'contract'],
    ],
    'providers/till': [
      ['name', 'title', 'secrets', 'apiUrls', 'build'],
      ['secrets', 'sandboxes', 'createPath', 'docs'],
    ],
  } as const
  const ofBoth: Variants = {
    'the offline half': ['offline.ts', /export const offline/, 'const other'],
    'the type of the offline half': ['index.ts', /<typeof import\('.\/offline.ts'\)>/, ''],
  }
  const variants: Readonly<Record<keyof typeof parts, Variants>> = {
    'sources/tally': {
      ...ofBoth,
      'a value for a secret': ['offline.ts', /, TALLY_ACCESS_TOKEN: '[^']*'/, ''],
      'the documentation of a setting': ['offline.ts', /settings: \{ fields: fieldsEntry \}/, 'settings: {}'],
      'the documentation of a variable': ['offline.ts', / {6}TALLY_WORKSPACE: .*\n/, ''],
      'a secret that it declares': [
        'index.ts',
        /webhookSecrets\.TALLY_WEBHOOK_SECRET/,
        'webhookSecrets.TALLY_KEY',
      ],
    },
    'providers/till': {
      ...ofBoth,
      'a value for a secret': ['offline.ts', /TILL_SECRET_KEY: '[^']*'/, ''],
      'the documentation of a variable': ['offline.ts', / {6}TILL_API_URL: .*\n/, ''],
      'a secret that it declares': ['index.ts', /secrets\.TILL_SECRET_KEY/, 'secrets.TILL_KEY'],
    },
  }
  const all = Object.entries(parts).flatMap(([home, [definition, offlineHalf]]) =>
    Object.entries({
      ...without('index.ts', definition),
      ...without('offline.ts', offlineHalf, 'offline '),
      ...variants[home as keyof typeof parts],
    }).map(([name, variant]) => ({ home, name, variant })),
  )
  const folderOf = (home: string, name: string) => `${home}-${name.replaceAll(' ', '-')}`

  /** Copies a folder of the project, with one of its files changed. */
  const addVariant = ({ home, name, variant: [changed, text, becomes] }: (typeof all)[number]): void => {
    const [from, to] = [home, folderOf(home, name)].map((path) => join(project.folder, 'lib', path))
    mkdirSync(String(to))
    for (const file of readdirSync(String(from))) {
      const whole = readFileSync(join(String(from), file), 'utf8')
      if (file === changed) expect([home, name, whole]).toEqual([home, name, expect.stringMatching(text)])
      writeFileSync(join(String(to), file), file === changed ? whole.replace(text, becomes) : whole)
    }
  }

  it('does not compile, and the compiler names the part; one from the template compiles under any name', async () => {
    addAdapter(newSource, 'acme-crm', 'Acme CRM', project.folder)
    // The name of the template in a name is kept.
    addAdapter(newProvider, 'till-pay', 'Till Pay', project.folder)
    addAdapter(newProvider, 'acme-pay', 'Acme Pay', project.folder)
    all.forEach(addVariant)
    const tsconfig = JSON.parse(readFileSync('tsconfig.json', 'utf8'))
    const config = join(project.folder, 'tsconfig.variants.json')
    const include = ['sources/tally*', 'providers/till*', 'sources/acme-crm', 'providers/acme-pay']
    writeFileSync(
      config,
      JSON.stringify({ ...tsconfig, include: include.map((folder) => `lib/${folder}/*.ts`) }),
    )
    const compiler = createRequire(join(project.folder, 'package.json')).resolve('typescript/package.json')
    const { stdout } = await project.run([
      join(dirname(compiler), 'bin/tsc'),
      '-p',
      config,
      '--pretty',
      'false',
    ])
    expect(stdout).not.toContain('acme-')
    const broken = new Set(
      stdout.split('\n').flatMap((line) => /^lib\/(\w+\/(?:tally|till)[^/]*)\//.exec(line)?.[1] ?? []),
    )
    expect([...broken].toSorted()).toEqual(all.map(({ home, name }) => folderOf(home, name)).toSorted())
    for (const [home, [definition, offlineHalf]] of Object.entries(parts)) {
      for (const name of definition) {
        expect(stdout).toMatch(
          new RegExp(`${folderOf(home, name)}/index\\.ts.*: Property '${name}' is missing`),
        )
      }
      for (const name of offlineHalf) {
        const folder = folderOf(home, `offline ${name}`)
        expect(stdout).toMatch(new RegExp(`${folder}/offline\\.ts.*: Property '${name}' is missing`))
      }
    }
  })
})

it('two sources with the same name are reported in one line', () => {
  expect(() => byName([{ name: 'tally' }, { name: 'tally' }], 'lib/sources/index.ts')).toThrow(
    /^lib\/sources\/index\.ts: two entries are named tally$/,
  )
})

type Link = { readonly state: string; readonly provider: string; readonly providerCustomerId: string }

async function untilLinked(environment: Record<string, string>): Promise<Link> {
  for (let tries = 0; tries < 100; tries += 1) {
    const { stdout } = await project.run(['lib/cli/main.ts', 'links', 'list', '--json'], environment)
    const links: readonly Link[] = JSON.parse(stdout)
    const found = links.find(({ state }) => state === 'linked')
    if (found) return found
  }
  throw new Error('the customer was not created')
}

/** What the sandbox of a running stack holds. */
async function recordsOf(sandbox: string, port: string): Promise<unknown> {
  const origin = readStackFile(Number(port), project.folder)?.sandboxes[sandbox]
  return (await fetch(`${origin}/_sandbox/records`)).json()
}

describe('npm run new-source and npm run new-provider', () => {
  const read = (path: string) => readFileSync(join(project.folder, path), 'utf8')

  it('write names in the forms that each place needs, and a test that fails for what is not known', () => {
    expect(read('lib/sources/acme-crm/index.ts')).toContain('export const acmeCrm = defineSource')
    expect(read('lib/sources/acme-crm/index.ts')).toContain("title: 'Acme CRM'")
    expect(read('lib/sources/acme-crm/signature.ts')).toContain('verifyAcmeCrmSignature')
    expect(read('lib/sources/acme-crm/signature.ts')).toContain("'x-acme-crm-signature'")
    expect(read('lib/sources/index.ts')).toContain("export { acmeCrm } from './acme-crm/index.ts'")
    expect(read('sync.config.ts')).toContain("    'acme-crm': {},")
    expect(read('docs/connect/acme-crm.md')).toContain('`ACME_CRM_WEBHOOK_SECRET`')
    expect(read('docs/connect/acme-crm.md')).toContain('`https://…/webhooks/acme-crm`')
    expect(read('docs/connect/acme-crm.md')).toContain('npm run replay -- events/acme-crm\n')
    expect(read('lib/providers/acme-pay/index.ts')).toContain('export const acmePay = defineProvider')
    expect(read('lib/providers/acme-pay/index.ts')).toContain("hosts: ['api.acme-pay.example']")
    expect(read('lib/providers/acme-pay/provider.ts')).toContain('toPayload: toAcmePayPayload')
    expect(read('lib/providers/acme-pay/provider.ts')).toContain("'ACME_PAY_SECRET_KEY: expected a key")
    expect(read('lib/providers/index.ts')).toContain("export { acmePay } from './acme-pay/index.ts'")
    expect(read('test/sources/acme-crm/facts.test.ts')).toContain('missing: ')
    expect(read('test/providers/acme-pay/facts.test.ts')).toContain('missing: ')
    for (const path of ['lib/sources/acme-crm', 'events/acme-crm', 'lib/providers/acme-pay']) {
      for (const file of readdirSync(join(project.folder, path))) {
        expect([file, read(`${path}/${file}`)]).toEqual([file, expect.not.stringMatching(/tally|till/i)])
      }
    }
  })

  it.each([
    ...['Acme', 'acme_crm', '../acme', '', 'class', 'tally', 'till'].map((name) => [name, 'Acme']),
    ['acme', "Acme's"],
    ['acme', ''],
  ])('refuse the name %j with the title %j, and write nothing', (name = '', title = '') => {
    // Other tests write caches below node_modules.
    const files = () =>
      ['lib', 'test', 'docs', 'events'].flatMap((folder) =>
        readdirSync(join(project.folder, folder), { recursive: true, encoding: 'utf8' }),
      )
    const before = files()
    for (const kit of [newSource, newProvider]) {
      expect(() => addAdapter(kit, name, title, project.folder)).toThrow(BadInput)
    }
    expect(files()).toEqual(before)
  })
})
