import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

const registeredError = /^export var \w+\$ = \[-3, n0,[\s\S]*?^\];\nn0_registry\.registerError\(.*\);$/gm

/**
 * esbuild's plugins for the bundles (`plugins` in `serverless.yml`). Leaves out the 140 error classes of SSM's operations,
 * 59 kB in each bundle: the client registers all of them while it loads, so esbuild cannot drop them by itself. An error
 * without a class arrives as an `SSMServiceException` of the same name.
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
