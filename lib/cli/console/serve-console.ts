import { startConsole } from '../../console/start-console.ts'
import { deployedPlace, localPlace, type Place } from '../../console/state/place.ts'
import { loadSyncConfig } from '../../offline/load-sync-config.ts'
import { BadInput } from '../../operator/errors.ts'
import { findLocalStack, noLocalStack } from '../../operator/stage/local-stage.ts'
import { openStage } from '../../operator/stage/open-stage.ts'
import type { ConsoleOptions } from './console.ts'

/**
 * `console`: serves the pages until SIGINT or SIGTERM. Throws InvalidSyncConfig, and BadInput when there is no such stage, without credentials, and for
 * a port that is taken.
 */
export async function serveConsole(options: ConsoleOptions): Promise<void> {
  await loadSyncConfig()
  const { settings } = findLocalStack()
  const place = options.stage === undefined ? openLocal() : deployedPlace(await openStage(options), options)
  const running = await startConsole(place, {
    port: options.port ?? settings.consolePort,
    needsKey: options.key ?? false,
  })
  const ended = untilSignal()
  process.stdout.write(`console: ${running.url}\n`)
  await ended
  await running.close()
}

function openLocal(): Place {
  const { stack, settings } = findLocalStack()
  if (!stack) throw new BadInput(`${noLocalStack(settings.port)}, or give --stage`)
  return localPlace(() => findLocalStack().stack)
}

async function untilSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve())
  await promise
}
