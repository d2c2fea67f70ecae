import type { Plugin } from 'esbuild'
import { buildTogether } from './build-together.ts'
import { shakeUnused } from './shake-unused.ts'

/** The esbuild plugins of the bundles (`plugins` in `serverless.yml`). */
const plugins: readonly Plugin[] = [buildTogether, ...shakeUnused]

export default plugins
