import type { Stage } from '../stage/stage.ts'
import type { Activity } from './figures.ts'
import { localActivity } from './local-activity.ts'

/** What the stage has been doing. Null when it keeps no log. Close it at the end. */
export async function openActivity({ logs }: Stage): Promise<Activity | null> {
  return logs && 'file' in logs ? localActivity(logs.file) : null
}
