import { startConsole } from '../../console/start-console.ts'
import { deployedPlace, localPlace, type Place } from '../../console/state/place.ts'
import { loadSyncConfig } from '../../offline/load-sync-config.ts'
import { BadInput, describeAwsError } from '../../operator/errors.ts'
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
  const place = options.stage === undefined ? openLocal() : await openDeployed(options)
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

/** Looks up the stage's queues, so that a wrong name or missing credentials are reported before a page is opened. */
async function openDeployed(options: ConsoleOptions): Promise<Place> {
  const stage = openStage(options)
  try {
    await stage.findQueues()
  } catch (error) {
    const aboutAws = error instanceof Error ? describeAwsError(error.cause) : undefined
    throw aboutAws === undefined ? error : new BadInput(aboutAws, { cause: error })
  }
  return deployedPlace(stage, options)
}

async function untilSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve())
  await promise
}
