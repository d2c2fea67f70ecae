import type { CustomerChange, SourceName } from '../../core/model/change.ts'
import { Misconfigured } from '../../core/model/errors.ts'
import { BadInput, describeError } from '../errors.ts'
import type { RecordOptions } from '../links/find-record.ts'
import { openLinks } from '../links/open-links.ts'
import type { Sample } from '../samples/samples.ts'
import { findLocalStack } from '../stage/local-stage.ts'
import type { Stage } from '../stage/stage.ts'
import { recordsById, toChange } from './choose-records.ts'
import { type PlanOptions, planChanges } from './engine/plan-changes.ts'
import type { PlannedRow } from './engine/planned-rows.ts'
import type { PlanDeps } from './engine/recording-deps.ts'
import { listRecords } from './list-records.ts'
import { bySource } from './plan-result.ts'
import { pausedProviders, planDepsOf } from './plan-stage.ts'
import { changesOf } from './read-samples.ts'
import { openSampleCrms } from './sample-crms.ts'

/** Which records are planned: these ids, what these samples announce, or without both all records of `source`. */
export type Wanted = RecordOptions & {
  readonly ids: readonly string[]
  readonly samples: readonly Sample[]
  /** ISO 8601; null for all records. */
  readonly since: string | null
}

export type Plan = {
  readonly rows: readonly PlannedRow[]
  /** What the reader of the plan has to know, a line each. */
  readonly notes: readonly string[]
}

export type Progress = Pick<PlanOptions, 'onPlanned' | 'pause'> & {
  /** Called with the number of records, once it is known. */
  readonly onChosen?: (records: number) => void
}

/**
 * Plans these records of a stage with the `sync.config.ts` of this project. Writes nothing anywhere. Throws BadInput for records
 * that are not known, and for settings that are missing.
 */
export async function planRecords(wanted: Wanted, stage: Stage, progress: Progress): Promise<Plan> {
  try {
    return await plan(wanted, stage, progress)
  } catch (error) {
    if (error instanceof Misconfigured) throw new BadInput(describeError(error), { cause: error })
    throw error
  }
}

async function plan(wanted: Wanted, stage: Stage, progress: Progress): Promise<Plan> {
  const deps = await planDepsOf(stage)
  // A key that is missing or malformed would fail every record.
  for (const name of deps.providers) await deps.provider(name)
  const sandboxes = stage.name === 'local' ? (findLocalStack().stack?.sandboxes ?? {}) : {}
  const isSandboxed = (name: SourceName) => Object.hasOwn(sandboxes, name)
  const crms = await openSampleCrms(wanted.samples, isSandboxed, deps, stage)
  try {
    const { changes, notes } = await choose(wanted, deps, stage, progress)
    progress.onChosen?.(changes.length)
    const rows = await planChanges(changes, { ...deps, source: crms.source }, progress)
    const called = rows.flatMap(({ provider, action }) =>
      provider && action !== 'unchanged' ? provider : [],
    )
    const paused = await pausedProviders(new Set(called), deps, stage)
    return { rows: rows.toSorted(bySource), notes: [...notes, ...paused] }
  } finally {
    await crms.close()
  }
}

async function choose(
  wanted: Wanted,
  deps: PlanDeps,
  stage: Stage,
  { pause }: Progress,
): Promise<{ readonly changes: readonly CustomerChange[]; readonly notes: readonly string[] }> {
  const { ids, samples, since, source } = wanted
  const links = openLinks(stage)
  if (ids.length === 0 && samples.length === 0) {
    if (source === undefined) throw new BadInput('expected record ids, sample files, or a source')
    const { refs, missing } = await listRecords({ ...wanted, source, since }, deps, links, pause)
    return { changes: refs.map(toChange), notes: missing === null ? [] : [missing] }
  }
  const named = ids.length === 0 ? [] : (await recordsById(ids, wanted, links)).map(toChange)
  const announced = await Promise.all(samples.map((sample) => changesOf(sample, deps)))
  const ignored = samples.filter((_, index) => announced[index]?.length === 0)
  return {
    changes: [...named, ...announced.flat()],
    notes: ignored.map(({ file }) => `${file}: nothing in it is followed`),
  }
}
