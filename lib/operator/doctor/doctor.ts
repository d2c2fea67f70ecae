import type { StageOptions } from '../stage/stage.ts'
import { checkAlarms } from './aws/alarms.ts'
import { checkBreakers } from './aws/breakers.ts'
import { checkDeadLetters } from './aws/dead-letters.ts'
import { checkEventSources } from './aws/event-sources.ts'
import { checkQueues } from './aws/queues.ts'
import { checkTable } from './aws/table.ts'
import { checkEnvironment, checkSyncConfig } from './checks/configuration.ts'
import { checkDoors } from './checks/doors.ts'
import { checkModes, checkProviders } from './checks/providers.ts'
import { checkSealingKeys } from './checks/sealing-keys.ts'
import { checkSecretStore, checkSecrets } from './checks/secrets.ts'
import { checkSources } from './checks/sources.ts'
import { watchClocks } from './clock.ts'
import { runChecks } from './run-checks.ts'
import type { Check, Finding } from './subject/finding.ts'
import { openLocalSubject } from './subject/open-local.ts'
import type { Subject } from './subject/subject.ts'

export type DoctorOptions = StageOptions & { readonly url?: string | undefined }

/** Every check, in the order of the report. */
const checks: readonly ((subject: Subject) => Check | readonly Check[])[] = [
  checkSyncConfig,
  checkEnvironment,
  checkSecretStore,
  checkSecrets,
  checkSealingKeys,
  checkProviders,
  checkModes,
  checkSources,
  checkDoors,
  checkQueues,
  checkTable,
  checkEventSources,
  checkAlarms,
  checkDeadLetters,
  checkBreakers,
]

/**
 * Examines a deployed stage, or the local stack: a finding for each thing that must be right. Changes nothing. Throws BadInput
 * when there is no such stage, no local stack, or no usable AWS credentials.
 */
export async function examine({ stage, ...options }: DoctorOptions): Promise<readonly Finding[]> {
  const clocks = watchClocks()
  const subject = stage === undefined ? await openLocalSubject() : await openDeployed(stage, options)
  try {
    const findings = await runChecks(checks.flatMap((check) => check(subject)))
    return [...findings, ...(await runChecks([clocks.check()]))]
  } finally {
    clocks.end()
    subject.close()
  }
}

/** Loaded on demand: the local stack needs no client of Lambda and CloudWatch. */
async function openDeployed(stage: string, options: DoctorOptions): Promise<Subject> {
  const { openDeployedSubject } = await import('./subject/open-deployed.ts')
  return openDeployedSubject({ ...options, stage })
}
