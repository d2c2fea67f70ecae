import type { Stage } from '../stage/stage.ts'
import type { Activity } from './figures.ts'
import { localActivity } from './local-activity.ts'

/** What the stage has been doing. Null when it keeps no log. Close it at the end. */
export async function openActivity({
  name,
  logs: place,
}: Pick<Stage, 'name' | 'logs'>): Promise<Activity | null> {
  if (!place) return null
  if ('file' in place) return localActivity(place.file)
  const [{ openLogsClient, openMetricsClient }, { cloudWatchActivity }] = await Promise.all([
    import('../cloudwatch/clients.ts'),
    import('./cloudwatch-activity.ts'),
  ])
  const { groups, region } = place
  const [logs, metrics] = await Promise.all([openLogsClient(region), openMetricsClient(region)])
  return cloudWatchActivity({ stage: name, groups, logs, metrics })
}
