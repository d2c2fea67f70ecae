#!/usr/bin/env node
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isatty } from 'node:tty'
import { fileURLToPath } from 'node:url'
import { describeMissingNode, findOwnNode, isNewEnough } from '../lib/cli/own-node.mjs'

/**
 * The command line on any Node.js from 18 on: in this process when it is new enough, otherwise on the Node.js that
 * npm installed in the project.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const main = new URL('../lib/cli/main.ts', import.meta.url)

if (!existsSync(join(root, 'node_modules'))) fail(`no packages are installed: run npm ci in ${root}\n`)
else if (isNewEnough()) await import(main.href)
else {
  const node = findOwnNode(root)
  if (node) runOn(node)
  else fail(describeMissingNode())
}

function fail(line) {
  process.stderr.write(line)
  process.exitCode = 1
}

/** Ends as the command ends. Until then signals are the command's to handle. */
function runOn(node) {
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' })
  const forward = (signal) => {
    if (!isSentToBoth(signal)) child.kill(signal)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, forward)
  child.once('error', ({ message }) => fail(`cannot run ${node}: ${message}\n`))
  child.once('exit', (code, signal) => {
    for (const name of signals) process.off(name, forward)
    if (signal) process.kill(process.pid, signal)
    else process.exitCode = code ?? 1
  })
}

/** Whether the command gets the signal without us: from the console of Windows, and Ctrl-C in any terminal. */
function isSentToBoth(signal) {
  return process.platform === 'win32' || (signal === 'SIGINT' && [0, 1, 2].some((stream) => isatty(stream)))
}
