import type { Stage } from '../stage/stage.ts'
import { localLog } from './local-log.ts'
import type { LogReader } from './log-reader.ts'

/** The log of the stage's functions. Null when it keeps none. */
export async function openLog({ logs }: Pick<Stage, 'logs'>): Promise<LogReader | null> {
  if (!logs) return null
  if ('file' in logs) return localLog(logs.file)
  const [{ openLogsClient }, { cloudWatchLog }] = await Promise.all([
    import('../cloudwatch/clients.ts'),
    import('./cloudwatch-log.ts'),
  ])
  return cloudWatchLog(await openLogsClient(logs.region), logs.groups)
}
