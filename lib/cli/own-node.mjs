import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Node.js 24 comes as one optional package for each platform. This module is plain JavaScript for Node.js 18 and later,
 * because it is needed to find the Node.js that runs everything else.
 */
const neededMajor = 24

const read = (file) => JSON.parse(readFileSync(file, 'utf8'))
const isForUs = ({ os, cpu }) => [os].flat().includes(process.platform) && [cpu].flat().includes(process.arch)

/** Path of the Node.js binary that npm installed in the project folder `root`; undefined when there is none for this machine. */
export function findOwnNode(root) {
  return Object.keys(read(join(root, 'package.json')).optionalDependencies)
    .map((name) => join(root, 'node_modules', name))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map((folder) => ({ folder, manifest: read(join(folder, 'package.json')) }))
    .filter(({ manifest }) => manifest.bin?.node && isForUs(manifest))
    .map(({ folder, manifest }) => join(folder, manifest.bin.node))[0]
}

/** Whether this process runs on a Node.js that can run the project. */
export function isNewEnough() {
  return Number.parseInt(process.version.slice(1), 10) >= neededMajor
}

/** One line for a machine on which the project cannot run. */
export function describeMissingNode() {
  const { platform, arch, version } = process
  return (
    `Node.js ${neededMajor} is needed, but this is ${version} and npm installed no package of it for ${platform}-${arch}: ` +
    `install Node.js ${neededMajor}, then run npm ci again\n`
  )
}
