import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

const registeredError = /^export var \w+\$ = \[-3, n0,[\s\S]*?^\];\nn0_registry\.registerError\(.*\);$/gm

/**
 * esbuild plugins for the bundles (`plugins` in `serverless.yml`). They drop the 140 error classes of SSM's
 * operations, 59 kB per bundle: the client registers all of them at load, so esbuild cannot remove them on its own.
 * An error without a class arrives as an `SSMServiceException` with the same name.
 */
const shakeSsmErrors: Plugin = {
  name: 'shake-ssm-errors',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]client-ssm[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/ }, async ({ path }) => {
      const contents = await readFile(path, 'utf8')
      return { contents: contents.replace(registeredError, '') }
    })
  },
}
export default [shakeSsmErrors]
