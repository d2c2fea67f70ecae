import type { StackInfo } from '../../offline/stack-file.ts'
import type { StageFlags } from '../../operator/advice/advice.ts'
import { BadInput } from '../../operator/errors.ts'
import { stageOfStack } from '../../operator/stage/local-stage.ts'
import type { Stage } from '../../operator/stage/stage.ts'

/** Where the console acts. */
export type Place = {
  /** `local`, or the name of a deployed stage. */
  readonly name: string
  readonly isLocal: boolean
  /** What commands need to act on the same stage. */
  readonly flags: StageFlags
  /** Throws BadInput while no local stack is running. */
  stage(): Stage
  /** The local stack; null on a deployed stage, and while none is running. */
  stack(): StackInfo | null
  /** Ends the connections. */
  close(): void
}

export function deployedPlace(stage: Stage, flags: StageFlags): Place {
  return {
    name: stage.name,
    isLocal: false,
    flags,
    stage: () => stage,
    stack: () => null,
    close: () => disconnect(stage),
  }
}

/** A stack that was restarted has other addresses, so it is looked up each time. */
export function localPlace(find: () => StackInfo | null): Place {
  let opened: { readonly key: string; readonly stage: Stage } | undefined
  return {
    name: 'local',
    isLocal: true,
    flags: {},
    stack: find,
    stage: () => {
      const stack = find()
      if (!stack) throw new BadInput('the local stack is not running: start it with npm start')
      const key = `${stack.pid} ${stack.dynamodbUrl} ${stack.sqsUrl}`
      if (opened?.key !== key) {
        if (opened) disconnect(opened.stage)
        opened = { key, stage: stageOfStack(stack) }
      }
      return opened.stage
    },
    close: () => {
      if (opened) disconnect(opened.stage)
    },
  }
}

function disconnect({ dynamodb, sqs }: Stage): void {
  dynamodb.destroy()
  sqs.destroy()
}
