import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

/**
 * esbuild plugins for the bundles. They drop code that esbuild cannot remove on its own.
 *
 * zod's JSON Schema writer, 18 kB per bundle: every schema refers to it, and only the documentation calls it.
 */
const shakeJsonSchema: Plugin = {
  name: 'shake-json-schema',
  setup({ onLoad }) {
    onLoad(
      { filter: /[\\/]zod[\\/]v4[\\/]core[\\/](json-schema-processors|to-json-schema)\.js$/ },
      async ({ path }) => {
        const contents = await readFile(path, 'utf8')
        const names = [...contents.matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name]) => name)
        return { contents: names.map((name) => `export const ${name} = () => undefined`).join('\n') }
      },
    )
  },
}

const registeredError = /^export var \w+\$ = \[-3, n0,[\s\S]*?^\];\nn0_registry\.registerError\(.*\);$/gm

/**
 * The error classes of SQS's operations, 10 kB per bundle: the client registers all of them at load. An error without a
 * class arrives as an `SQSServiceException` with the same name.
 */
const shakeSqsErrors: Plugin = {
  name: 'shake-sqs-errors',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]client-sqs[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/ }, async ({ path }) => {
      const contents = await readFile(path, 'utf8')
      return { contents: contents.replace(registeredError, '') }
    })
  },
}

/** Schemas of what this function never reads: esbuild cannot know that building one has no effect. */
const shakeSchemas: Plugin = {
  name: 'shake-schemas',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]lib[\\/](?:sources|providers)[\\/][\w-]+[\\/]schemas\.ts$/ }, async ({ path }) => {
      const contents = await readFile(path, 'utf8')
      return { loader: 'ts', contents: contents.replaceAll('= z.lazy(', '= /* @__PURE__ */ z.lazy(') }
    })
  },
}

const exportedFunction = /^export (?:async )?(?:function|const) (\w+)/gm

const ofSources = (files: string) =>
  new RegExp(String.raw`[\\/]lib[\\/]sources[\\/][\w-]+[\\/](?:${files})\.ts$`)

/**
 * What a function never calls, by its entry point. The functions that receive webhooks and events verify and read them, and call
 * no API: a fifth of their bundle with many sources. The others receive none: a sixteenth. `syncCustomer` lists no records.
 */
const unused: readonly { readonly entry: RegExp; readonly files: readonly RegExp[]; readonly why: string }[] =
  [
    {
      entry: /functions[\\/]receive-[\w-]+\.ts$/,
      files: [
        ofSources('fetch-customers|list-changed|channels|organization|request-token|write-back'),
        /[\\/]lib[\\/]providers[\\/][\w-]+[\\/]provider\.ts$/,
      ],
      why: 'a function that receives calls no API',
    },
    {
      entry: /functions[\\/](?!receive-)[\w-]+\.ts$/,
      files: [ofSources('read-changes|read-event|outbound-body|xml')],
      why: 'only the functions that receive read webhooks',
    },
    {
      entry: /functions[\\/]sync-customer\.ts$/,
      files: [ofSources('list-changed')],
      why: 'syncCustomer lists no records',
    },
  ]

/** What is left out for this entry point: only functions for which the same is left out can be built as one. */
export function leftOutFor(entry: string): string {
  return unused.flatMap((it) => (it.entry.test(entry) ? it.why : [])).join(', ')
}

const shakeUnusedCalls: Plugin = {
  name: 'shake-unused-calls',
  setup({ initialOptions: { entryPoints }, onLoad }) {
    const entries = [entryPoints ?? []].flat().map(String)
    for (const { files, why } of unused.filter((it) => entries.every((entry) => it.entry.test(entry)))) {
      for (const filter of files) {
        onLoad({ filter }, async ({ path }) => {
          const contents = await readFile(path, 'utf8')
          const names = [...contents.matchAll(exportedFunction)].map(([, name]) => name)
          const stub = `() => { throw new Error(${JSON.stringify(why)}) }`
          return { contents: names.map((name) => `export const ${name} = ${stub}`).join('\n') }
        })
      }
    }
  },
}

export const shakeUnused: readonly Plugin[] = [
  shakeJsonSchema,
  shakeSqsErrors,
  shakeSchemas,
  shakeUnusedCalls,
]
