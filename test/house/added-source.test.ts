import type { ChildProcess } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { writeNewSource } from '../../lib/kit/new-source.ts'
import { tally } from '../../lib/kit/source/index.ts'
import { offline } from '../../lib/kit/source/offline.ts'
import { BadInput } from '../../lib/operator/errors.ts'
import { byName } from '../../lib/support/by-name.ts'
import { crmSourceContract } from '../contracts/crm-source.ts'
import { copyProject, type ProjectCopy } from '../support/project-copy.ts'

jest.setTimeout(180_000)

/** A copy of the project with a made-up CRM, as `npm run new-source` adds it. */
let project: ProjectCopy
beforeAll(() => {
  project = copyProject(readFileSync('sync.config.ts', 'utf8'))
  writeNewSource('tally', 'Tally', project.folder)
})
afterAll(() => project.remove())

/** Copies the files of the new source to lib/sources/<name>, each transformed by `change`. */
function addFolder(name: string, change: (file: string, text: string) => string): void {
  const folder = join(project.folder, 'lib/sources', name)
  mkdirSync(folder)
  const added = join(project.folder, 'lib/sources/tally')
  for (const file of readdirSync(added)) {
    writeFileSync(join(folder, file), change(file, readFileSync(join(added, file), 'utf8')))
  }
}

describe('a source from the template', () => {
  crmSourceContract({ definition: tally, offline }, 'lib/kit/events')

  it('is part of the local stack, of replay and of the commands, and its customers are synced', async () => {
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
    const environment = { PORT: await Promise.race([port, stopped.then(({ stderr }) => stderr)]) }
    const replayed = await project.run(['lib/cli/main.ts', 'replay', 'events/tally'], environment)
    const link = await untilLinked(environment)
    stack?.kill('SIGINT')
    await stopped
    expect([replayed.code, replayed.stderr]).toEqual([0, ''])
    expect(link).toMatchObject({ source: 'tally', account: 'default', recordId: '7', provider: 'notchpay' })
  })
})

describe('a source with a missing part', () => {
  const definitionParts = [
    'name',
    'title',
    'webhookSecrets',
    'apiSecrets',
    'apiUrls',
    'variables',
    'config',
    'build',
  ]
  const offlineParts = ['secrets', 'wrongSecrets', 'sign', 'sandboxes', 'tell', 'docs', 'contract']
  /** A part of an object literal, with its comments, up to the next one at the same depth. */
  const part = (name: string) => new RegExp(`^  ${name}[:(].*?(?=^  \\w+[:(]|^}\\)?)`, 'ms')
  const variants: Readonly<Record<string, readonly [file: string, text: RegExp, becomes: string]>> = {
    ...Object.fromEntries(definitionParts.map((name) => [name, ['index.ts', part(name), '']] as const)),
    ...Object.fromEntries(
      offlineParts.map((name) => [`offline ${name}`, ['offline.ts', part(name), '']] as const),
    ),
    'the offline half': ['offline.ts', /export const offline/, 'const other'],
    'the type of the offline half': ['index.ts', /<typeof import\('.\/offline.ts'\)>/, ''],
    'a value for a secret': ['offline.ts', /, TALLY_ACCESS_TOKEN: '[^']*'/, ''],
    'the documentation of a setting': ['offline.ts', /settings: \{ fields: fieldsEntry \}/, 'settings: {}'],
    'the documentation of a variable': ['offline.ts', / {6}TALLY_WORKSPACE: .*\n/, ''],
    'a secret that it declares': [
      'index.ts',
      /webhookSecrets\.TALLY_WEBHOOK_SECRET/,
      'webhookSecrets.TALLY_KEY',
    ],
  }
  const folderOf = (name: string) => `tally-${name.replaceAll(' ', '-')}`

  it('does not compile, and the compiler names the part; one from the template compiles under any name', async () => {
    writeNewSource('acme-crm', 'Acme CRM', project.folder)
    for (const [name, [file, text, becomes]] of Object.entries(variants)) {
      addFolder(folderOf(name), (each, whole) => {
        if (each !== file) return whole
        expect([name, whole]).toEqual([name, expect.stringMatching(text)])
        return whole.replace(text, becomes)
      })
    }
    const tsconfig = JSON.parse(readFileSync('tsconfig.json', 'utf8'))
    const config = join(project.folder, 'tsconfig.variants.json')
    writeFileSync(
      config,
      JSON.stringify({ ...tsconfig, include: ['lib/sources/tally*/*.ts', 'lib/sources/acme-crm/*.ts'] }),
    )
    const compiler = createRequire(join(project.folder, 'package.json')).resolve('typescript/package.json')
    const { stdout } = await project.run([
      join(dirname(compiler), 'bin/tsc'),
      '-p',
      config,
      '--pretty',
      'false',
    ])
    expect(stdout).not.toContain('acme-crm')
    const broken = new Set(
      stdout.split('\n').flatMap((line) => /sources\/(tally[^/]*)\//.exec(line)?.[1] ?? []),
    )
    expect([...broken].toSorted()).toEqual(Object.keys(variants).map(folderOf).toSorted())
    const missing = (file: string, name: string) => `${file}.*: Property '${name}' is missing in type`
    for (const name of definitionParts) {
      expect(stdout).toMatch(new RegExp(missing(`${folderOf(name)}/index\\.ts`, name)))
    }
    for (const name of offlineParts) {
      expect(stdout).toMatch(new RegExp(missing(`${folderOf(`offline ${name}`)}/offline\\.ts`, name)))
    }
  })
})

it('two sources with the same name are reported in one line', () => {
  expect(() => byName([{ name: 'tally' }, { name: 'tally' }], 'lib/sources/index.ts')).toThrow(
    /^lib\/sources\/index\.ts: two entries are named tally$/,
  )
})

async function untilLinked(environment: Record<string, string>): Promise<unknown> {
  for (let tries = 0; tries < 100; tries += 1) {
    const { stdout } = await project.run(['lib/cli/main.ts', 'links', 'list', '--json'], environment)
    const found = JSON.parse(stdout).find(({ state }: { state: string }) => state === 'linked')
    if (found) return found
  }
  throw new Error('the customer was not created')
}

describe('npm run new-source', () => {
  it('writes names in the forms that each place needs, and a test that fails for what is not known', () => {
    const read = (path: string) => readFileSync(join(project.folder, path), 'utf8')
    expect(read('lib/sources/acme-crm/index.ts')).toContain('export const acmeCrm = defineSource')
    expect(read('lib/sources/acme-crm/index.ts')).toContain("title: 'Acme CRM'")
    expect(read('lib/sources/acme-crm/signature.ts')).toContain('verifyAcmeCrmSignature')
    expect(read('lib/sources/acme-crm/signature.ts')).toContain("'x-acme-crm-signature'")
    expect(read('lib/sources/index.ts')).toContain("export { acmeCrm } from './acme-crm/index.ts'")
    expect(read('sync.config.ts')).toContain("    'acme-crm': {},")
    expect(read('docs/connect/acme-crm.md')).toContain('`ACME_CRM_WEBHOOK_SECRET`')
    expect(read('test/sources/acme-crm/facts.test.ts')).toContain('missing: ')
    for (const path of ['lib/sources/acme-crm', 'events/acme-crm']) {
      for (const file of readdirSync(join(project.folder, path))) {
        expect([file, read(`${path}/${file}`)]).toEqual([file, expect.not.stringMatching(/tally/i)])
      }
    }
  })

  it.each(['Acme', 'acme_crm', '../acme', '', 'tally'])('refuses the name %j and writes nothing', (name) => {
    expect(() => writeNewSource(name, 'Acme', project.folder)).toThrow(BadInput)
  })
})
