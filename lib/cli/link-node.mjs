import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/**
 * npm runs this whenever it has changed node_modules, on whatever Node.js it runs on itself. Node.js 24 comes as an optional
 * package for each platform. npm 10 and older remove node_modules/.bin/node when they skip those of other platforms, so
 * it is linked here. A package that does not match the lock file is skipped without a word, so that is said here.
 */
const { platform, arch, version } = process
const read = (file) => JSON.parse(readFileSync(file, 'utf8'))
const isForUs = ({ os, cpu }) => [os].flat().includes(platform) && [cpu].flat().includes(arch)

const installed = Object.keys(read('package.json').optionalDependencies)
  .map((name) => join('node_modules', name))
  .filter((folder) => existsSync(join(folder, 'package.json')))
  .map((folder) => ({ folder, manifest: read(join(folder, 'package.json')) }))
  .find(({ manifest }) => manifest.bin?.node && isForUs(manifest))

if (installed) link(join(installed.folder, installed.manifest.bin.node))
else if (Number.parseInt(version.slice(1), 10) < 24) {
  process.stderr.write(
    `Node.js 24 is needed, but this is ${version} and npm installed no package of it for ${platform}-${arch}: ` +
      'install Node.js 24, then run npm ci again\n',
  )
  process.exitCode = 1
}

/** As npm does it: a symbolic link, a command file on Windows. */
function link(binary) {
  const folder = join('node_modules', '.bin')
  const target = relative(folder, binary)
  mkdirSync(folder, { recursive: true })
  if (platform === 'win32') {
    writeFileSync(join(folder, 'node.cmd'), `@"%~dp0\\${target}" %*\r\n`)
    return
  }
  rmSync(join(folder, 'node'), { force: true })
  symlinkSync(target, join(folder, 'node'))
}
