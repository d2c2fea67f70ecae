import * as z from 'zod'
import type { SourceName } from '../../core/model/change.ts'
import type { CrmSource, FetchedCustomer } from '../../core/ports/crm-source.ts'
import { type RunningSandbox, startSandbox } from '../../offline/sandbox/server.ts'
import { offlineSource } from '../../sources/offline.ts'
import type { Sample } from '../samples/samples.ts'
import type { Stage } from '../stage/stage.ts'
import type { PlanDeps } from './engine/recording-deps.ts'
import { planDepsOf } from './plan-stage.ts'

type SampleCrms = { readonly source: PlanDeps['source']; close(): Promise<void> }

/**
 * The sources of a local stack as they would be after `replay` had saved the samples' records in the sandbox CRMs: those
 * records are read from a sandbox of the plan's own. `sandboxed` says which CRMs of the stack are sandboxes.
 */
export async function openSampleCrms(
  samples: readonly Sample[],
  sandboxed: (name: SourceName) => boolean,
  { source }: Pick<PlanDeps, 'source'>,
  stage: Stage,
): Promise<SampleCrms> {
  const names = [...new Set(samples.map((sample) => sample.source))].filter(sandboxed)
  const running: RunningSandbox[] = []
  const addresses: Record<string, string> = {}
  for (const name of names) {
    for (const [variable, { isDefault, create }] of Object.entries(offlineSource(name).sandboxes)) {
      if (!isDefault) continue
      const sandbox = create(stage.variables)
      for (const record of recordsOf(name, samples)) sandbox.putRecord?.(record)
      const started = await startSandbox(sandbox)
      running.push(started)
      addresses[variable] = started.url
    }
  }
  const own = await planDepsOf(stage, addresses)
  return {
    source: async (name) => {
      const real = await source(name)
      if (!names.includes(name)) return real
      return answeringFor(idsOf(recordsOf(name, samples)), await own.source(name), real)
    },
    close: async () => {
      await Promise.all(running.map((sandbox) => sandbox.close()))
    },
  }
}

const recordsOf = (name: SourceName, samples: readonly Sample[]) =>
  samples.filter(({ source }) => source === name).flatMap(({ records }) => records)

const recordSchema = z.looseObject({ id: z.union([z.string(), z.number()]).transform(String) })

function idsOf(records: readonly unknown[]): ReadonlySet<string> {
  return new Set(records.flatMap((record) => recordSchema.safeParse(record).data?.id ?? []))
}

/** The real source, whose records of these ids are read from `own`. */
function answeringFor(ids: ReadonlySet<string>, own: CrmSource, real: CrmSource): CrmSource {
  const [ownFetch, realFetch] = [own.fetchCustomers, real.fetchCustomers]
  if (!ownFetch || !realFetch) return real
  return {
    ...real,
    async fetchCustomers(refs) {
      const isOwn = refs.map(({ recordId }) => ids.has(recordId))
      const ask = async (fetch: typeof ownFetch, wanted: boolean) => {
        const asked = refs.filter((_, index) => isOwn[index] === wanted)
        return (asked.length > 0 ? await fetch(asked) : []).values()
      }
      const [fromOwn, fromReal] = await Promise.all([ask(ownFetch, true), ask(realFetch, false)])
      return isOwn.flatMap((it): FetchedCustomer[] => {
        const next = (it ? fromOwn : fromReal).next()
        return next.done ? [] : [next.value]
      })
    },
  }
}
