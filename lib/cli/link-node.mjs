import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describeMissingNode, findOwnNode, isNewEnough } from './own-node.mjs'

/**
 * npm runs this in the project folder whenever it has changed node_modules, on whatever Node.js it runs on itself. npm 10
 * and older remove node_modules/.bin/node when they skip the packages of other platforms, so it is linked here. npm skips a
 * package that does not match the lock file without a word, so that is reported here.
 */
const own = findOwnNode('.')
if (own) link(own)
else if (!isNewEnough()) {
  process.stderr.write(describeMissingNode())
  process.exitCode = 1
}

/** As npm does it: a symbolic link, a command file on Windows. */
function link(binary) {
  const folder = join('node_modules', '.bin')
  const target = relative(folder, binary)
  mkdirSync(folder, { recursive: true })
  if (process.platform === 'win32') {
    writeFileSync(join(folder, 'node.cmd'), `@"%~dp0\\${target}" %*\r\n`)
    return
  }
  rmSync(join(folder, 'node'), { force: true })
  symlinkSync(target, join(folder, 'node'))
}
