import { readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { runInThisContext } from 'node:vm'
import { build, type Plugin } from 'esbuild'
import type { Emphasis, RunResult } from './simulate-run.ts'

export type Simulation = { readonly simulateRun: (seed: number, emphasis?: Emphasis) => Promise<RunResult> }

/** Takes one guard out of the product: `text` must occur exactly once in `file`. */
export type Mutation = { readonly file: string; readonly text: string; readonly becomes: string }

/** The outermost edges of the product, and what stands there in a simulation. Everything else is the real thing. */
const edges: Readonly<Record<string, string>> = {
  'lib/support/http.ts': 'test/simulation/network.ts',
  'lib/aws/clients.ts': 'test/simulation/aws-clients.ts',
  'lib/aws/parameter-store.ts': 'test/simulation/aws-clients.ts',
  'sync.config.ts': 'test/simulation/operator-settings.ts',
}

/** The product and its simulated world in one script, built in memory; optionally without some of its guards. */
export async function loadSimulation(root: string, mutations: readonly Mutation[] = []): Promise<Simulation> {
  const {
    outputFiles: [script],
  } = await build({
    entryPoints: [join(root, 'test/simulation/simulate-run.ts')],
    absWorkingDir: root,
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    packages: 'external',
    logLevel: 'silent',
    inject: [join(root, 'test/simulation/virtual-globals.ts')],
    define: { 'Math.random': 'simulatedRandom', 'process.env': 'simulatedEnvironment' },
    plugins: [simulatedEdges(root, mutations)],
  })
  const module = { exports: {} }
  // In Node.js's own context, not in that of Jest, where every access to a global takes longer.
  const { createRequire } = process.getBuiltinModule('node:module')
  const evaluate = runInThisContext(`(function (require, module, exports) {${script?.text ?? ''}\n})`)
  evaluate(createRequire(join(root, 'package.json')), module, module.exports)
  return module.exports as Simulation
}

/** Files with these names: esbuild asks about no others, which saves a third of a build. */
function filterFor(files: readonly string[]): RegExp {
  return new RegExp(`(?:^|[\\\\/])(?:${files.map((file) => basename(file, '.ts')).join('|')})\\.ts$`)
}

function simulatedEdges(root: string, mutations: readonly Mutation[]): Plugin {
  const functions = readdirSync(join(root, 'functions'))
  const edited = mutations.map(({ file }) => file)
  return {
    name: 'simulated-edges',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^@aws-lambda-powertools\// }, () => ({
        path: join(root, 'test/simulation/observers.ts'),
      }))
      onResolve({ filter: filterFor(Object.keys(edges)) }, ({ path, resolveDir, kind }) => {
        if (kind === 'entry-point') return undefined
        const edge = edges[relative(root, join(resolveDir, path))]
        return edge === undefined ? undefined : { path: join(root, edge) }
      })
      onLoad({ filter: filterFor([...functions, ...edited]) }, ({ path }) => {
        const file = relative(root, path)
        const here = mutations.filter((mutation) => mutation.file === file)
        const isFunction = file.startsWith('functions/')
        if (here.length === 0 && !isFunction) return undefined
        const contents = here.reduce(mutated, readFileSync(path, 'utf8'))
        return { loader: 'ts', contents: isFunction ? asFactory(contents) : contents }
      })
    },
  }
}

function mutated(source: string, { file, text, becomes }: Mutation): string {
  const count = source.split(text).length - 1
  if (count !== 1) throw new Error(`${file} has ${count} times, not once: ${text}`)
  return source.replace(text, () => becomes)
}

/** What a function's module does when Lambda loads it happens at every `coldStart()` instead. */
function asFactory(source: string): string {
  const lines = source.split('\n')
  const firstStatement = lines.findIndex((line) => /^(const|let|export) /.test(line))
  const imports = lines.slice(0, firstStatement).join('\n')
  const body = lines
    .slice(firstStatement)
    .join('\n')
    .replace('export async function handler', 'async function handler')
  return `${imports}\nexport function coldStart() {\n${body}\nreturn handler\n}\n`
}
