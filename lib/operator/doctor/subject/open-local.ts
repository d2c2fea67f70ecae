import { type SecretScope, type Secrets, secretScopes } from '../../../adapters.ts'
import type { StackInfo } from '../../../offline/stack-file.ts'
import { offlineProviders } from '../../../providers/offline.ts'
import { providers } from '../../../providers/registry.ts'
import { offlineSources } from '../../../sources/offline.ts'
import { sources } from '../../../sources/registry.ts'
import { BadInput } from '../../errors.ts'
import { findLocalStack, noLocalStack, offlineStage, openLocalStage } from '../../stage/local-stage.ts'
import { projectRoot } from '../../stage/project-root.ts'
import { type Known, known } from './finding.ts'
import { readSyncConfig } from './read-sync-config.ts'
import type { DoorUrl, Subject } from './subject.ts'
import { readTemplate } from './template.ts'

/** The stack of `npm start`. Throws BadInput when none is running. */
export async function openLocalSubject(): Promise<Subject> {
  const { stack, settings } = findLocalStack()
  if (!stack) throw new BadInput(`${noLocalStack(settings.port)}, or give --stage`)
  const stage = openLocalStage()
  const isGiven = (variable: string) => isRealAddress(stack, variable)
  const secretsOf = (scope: SecretScope): Known<Secrets> => ({ value: readSecrets(stack, scope, isGiven) })
  return {
    stage,
    isLocal: true,
    flags: {},
    syncConfig: await known(readSyncConfig),
    environment: { value: stack.environment },
    isGiven,
    secrets: { webhook: secretsOf('webhook'), api: secretsOf('api') },
    queues: await known(stage.findQueues),
    doors: { value: doorsOf(stack) },
    template: readTemplate(projectRoot, offlineStage),
    deployed: null,
    close: () => {
      stage.dynamodb.destroy()
      stage.sqs.destroy()
    },
  }
}

function isRealAddress({ environment, sandboxes }: StackInfo, variable: string): boolean {
  const address = environment[variable]
  return Boolean(address) && !Object.values(sandboxes).includes(address ?? '')
}

/** The secrets of the functions. Only sandboxes accept invented ones: beside a real API these count as not set. */
function readSecrets(
  { environment }: StackInfo,
  scope: SecretScope,
  isGiven: (variable: string) => boolean,
): Secrets {
  const invented: Record<string, string> = {}
  for (const { name, apiUrls } of [...Object.values(sources), ...Object.values(providers)]) {
    const half = offlineSources[name] ?? offlineProviders[name]
    if (half && Object.keys(apiUrls).some(isGiven)) Object.assign(invented, half.secrets)
  }
  const set = secretScopes[scope].filter((name) => environment[name] !== invented[name])
  return Object.fromEntries(set.map((name) => [name, environment[name]]))
}

/** The stack's own door and, where the CRMs were given another URL, that one. */
function doorsOf({ url, environment }: StackInfo): readonly DoorUrl[] {
  const publicUrl = (environment['WEBHOOK_PUBLIC_URL'] ?? url).replace(/\/+$/, '')
  const own = { name: 'door', url, signedFor: publicUrl }
  return publicUrl === url ? [own] : [own, { name: 'public-url', url: publicUrl, signedFor: publicUrl }]
}
