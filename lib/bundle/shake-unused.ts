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

/** Whether the entry point is of a function that receives webhooks or events. */
export function isReceiver(entry: string): boolean {
  return /functions[\\/]receive-[\w-]+\.ts$/.test(entry)
}

const exportedFunction = /^export (?:async )?(?:function|const) (\w+)/gm

/**
 * What calls the APIs of CRMs and providers, a fifth of the bundle with many sources: the functions that receive webhooks and
 * events verify and read them, and call no API.
 */
const shakeApiCalls: Plugin = {
  name: 'shake-api-calls',
  setup({ initialOptions: { entryPoints }, onLoad }) {
    if (![entryPoints ?? []].flat().map(String).every(isReceiver)) return
    const calling =
      /[\\/]lib[\\/](?:sources[\\/][\w-]+[\\/](?:fetch-customers|list-changed|channels|organization|request-token)|providers[\\/][\w-]+[\\/]provider)\.ts$/
    onLoad({ filter: calling }, async ({ path }) => {
      const contents = await readFile(path, 'utf8')
      const names = [...contents.matchAll(exportedFunction)].map(([, name]) => name)
      const stub = "() => { throw new Error('a function that receives calls no API') }"
      return { contents: names.map((name) => `export const ${name} = ${stub}`).join('\n') }
    })
  },
}

export const shakeUnused: readonly Plugin[] = [shakeJsonSchema, shakeSqsErrors, shakeApiCalls]
