import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type BuildOptions, build, context, type Plugin } from 'esbuild'
import { buildTogether } from '../../lib/bundle/build-together.ts'

/** Three functions that share a module; two of them receive webhooks. */
let root: string
const entries = ['functions/sync.ts', 'functions/receive-a.ts', 'functions/receive-b.ts']
const loads: string[] = []
const counting: Plugin = {
  name: 'counting',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => void loads.push(basename(path)))
  },
}
beforeEach(() => {
  loads.length = 0
  root = mkdtempSync(join(tmpdir(), 'crm-pay-sync-together-'))
  mkdirSync(join(root, 'functions'))
  writeFileSync(join(root, 'shared.ts'), 'export const shared = (name: string) => "shared " + name')
  for (const entry of entries) {
    writeFileSync(
      join(root, entry),
      `import { shared } from '../shared.ts'\nexport const handler = () => shared('${entry}')`,
    )
  }
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const options = (folder: string, entry: string, plugins: readonly Plugin[]): BuildOptions => ({
  absWorkingDir: root,
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'cjs',
  logLevel: 'silent',
  entryPoints: [entry],
  outdir: join(root, folder, 'functions'),
  outExtension: { '.js': '.cjs' },
  plugins: [...plugins],
})
const buildEach = (folder: string, plugins: readonly Plugin[], names: readonly string[] = entries) =>
  Promise.all(names.map((entry) => build(options(folder, entry, plugins))))
const bundle = (folder: string, entry: string) =>
  readFileSync(join(root, folder, entry.replace(/ts$/, 'cjs')), 'utf8')

describe('builds of functions that are started at the same time', () => {
  it('write what single builds write, and read a module once', async () => {
    await buildEach('single', [counting])
    expect(loads.filter((name) => name === 'shared.ts')).toHaveLength(3)
    loads.length = 0
    await buildEach('together', [buildTogether, counting])
    // The two that receive webhooks apart from the other.
    expect(loads.filter((name) => name === 'shared.ts')).toHaveLength(2)
    for (const entry of entries) expect(bundle('together', entry)).toBe(bundle('single', entry))
  })

  it('write only the functions that were asked for', async () => {
    await buildEach('one', [buildTogether], ['functions/receive-a.ts'])
    expect(() => bundle('one', 'functions/receive-b.ts')).toThrow('ENOENT')
  })

  it('see what was edited since', async () => {
    await buildEach('again', [buildTogether])
    writeFileSync(join(root, 'shared.ts'), 'export const shared = (name: string) => "edited " + name')
    await buildEach('again', [buildTogether])
    for (const entry of entries) expect(bundle('again', entry)).toContain('edited')
  })

  it('write also a function that joins while the others are built', async () => {
    let joined: Promise<unknown> | undefined
    const joins: Plugin = {
      name: 'joins',
      setup: ({ onLoad }) =>
        onLoad({ filter: /shared\.ts$/ }, () => {
          joined ??= build(options('late', 'functions/receive-b.ts', [buildTogether]))
          return undefined
        }),
    }
    await build(options('late', 'functions/receive-a.ts', [buildTogether, joins]))
    await joined
    for (const entry of ['functions/receive-a.ts', 'functions/receive-b.ts']) {
      expect(bundle('late', entry)).toContain(entry)
    }
  })

  it('are repeated by a watcher', async () => {
    const watched = await context(options('watched', 'functions/sync.ts', [buildTogether]))
    await watched.rebuild()
    writeFileSync(join(root, 'shared.ts'), 'export const shared = (name: string) => "edited " + name')
    await watched.rebuild()
    await watched.dispose()
    expect(bundle('watched', 'functions/sync.ts')).toContain('edited')
  })

  it('fail with the place of the mistake', async () => {
    writeFileSync(join(root, 'shared.ts'), 'export const shared = (name: string) =>')
    await expect(build(options('failed', 'functions/sync.ts', [buildTogether]))).rejects.toMatchObject({
      errors: [{ text: 'Unexpected end of file', location: { file: 'shared.ts', line: 1 } }],
    })
  })
})
