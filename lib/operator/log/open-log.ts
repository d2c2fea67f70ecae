import type { Stage } from '../stage/stage.ts'
import { localLog } from './local-log.ts'
import type { LogReader } from './log-reader.ts'

/** The log of the stage's functions. Null when it keeps none. */
export async function openLog({ logs }: Pick<Stage, 'logs'>): Promise<LogReader | null> {
  return logs && 'file' in logs ? localLog(logs.file) : null
}
