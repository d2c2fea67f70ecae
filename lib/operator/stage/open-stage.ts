import { openDeployedStage } from './deployed-stage.ts'
import { openLocalStage } from './local-stage.ts'
import type { Stage, StageOptions } from './stage.ts'

/** The deployed stage of that name, else the local stack. Throws BadInput when there is none, and without credentials for it. */
export async function openStage({ stage, region }: StageOptions): Promise<Stage> {
  return stage === undefined ? openLocalStage() : openDeployedStage(stage, region)
}
