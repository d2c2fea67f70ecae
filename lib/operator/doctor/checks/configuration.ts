import { findBadAddresses, findBadSettings } from '../../../adapters.ts'
import { findBadVariables } from '../../../config.ts'
import { reviewSyncConfig } from '../../../offline/check-service.ts'
import { type Check, fine, orThrow, wrong } from '../subject/finding.ts'
import { problemsOf } from '../subject/read-sync-config.ts'
import type { Subject } from '../subject/subject.ts'

const listsAll = 'docs/configuration.md lists every setting.'

/** sync.config.ts of this folder: what the local stack uses, and the next deployment. */
export function checkSyncConfig({ syncConfig, isLocal }: Subject): Check {
  return {
    name: 'config',
    async examine() {
      try {
        const warnings = reviewSyncConfig(orThrow(syncConfig))
        return fine(['sync.config.ts is valid', ...warnings.map((line) => `warning: ${line}`)].join('; '))
      } catch (error) {
        const problems = problemsOf(error)
        if (problems === undefined) throw error
        const then = isLocal ? 'A saved edit takes effect at once.' : 'Then deploy.'
        return wrong(problems, `Correct sync.config.ts. ${then} ${listsAll}`)
      }
    },
  }
}

/** The environment variables that the functions have, and with a deployed stage whether they can be read at all. */
export function checkEnvironment({ environment, isLocal }: Subject): Check {
  return {
    name: 'environment',
    permission: 'lambda:GetFunctionConfiguration',
    async examine() {
      const variables = orThrow(environment)
      const problems = [
        ...findBadVariables(variables),
        ...findBadAddresses(variables),
        ...findBadSettings(variables),
      ]
      if (problems.length === 0) return fine('every variable of the functions is valid')
      const how = isLocal ? 'Correct it and restart npm start.' : 'Deploy with the right parameter.'
      return wrong(problems.join('; '), `${how} ${listsAll}`)
    },
  }
}
