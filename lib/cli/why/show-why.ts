import { CommandFailed } from '../../operator/errors.ts'
import { openStage } from '../../operator/stage/open-stage.ts'
import { explain } from '../../operator/why/why.ts'
import { printResult } from '../stage/stage-command.ts'
import { formatWhy } from './format-why.ts'
import type { WhyOptions } from './why.ts'

/** `why`: prints a record's timeline and what it waits for. Throws CommandFailed when nothing is known. */
export async function showWhy(id: string, options: WhyOptions): Promise<void> {
  const report = await explain(id, options, await openStage(options))
  if (!report) {
    throw new CommandFailed(
      `nothing is known of ${id}: no link, log line or dead letter names a record, provider customer or event of this id`,
    )
  }
  printResult(options, report, () => formatWhy(report, new Date()))
}
