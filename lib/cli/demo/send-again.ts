import { localDoor } from '../../operator/samples/find-door.ts'
import { isAccepted, postSamples } from '../../operator/samples/post-samples.ts'
import type { Sample } from '../../operator/samples/samples.ts'
import { describeLinks, held, onePerRecord } from './claims.ts'
import { type DemoParts, plural } from './show.ts'

/** Sends the same samples again, in parallel and in reverse order. */
export async function sendAgain(samples: readonly Sample[], { info, world, show }: DemoParts): Promise<void> {
  show.act(2, 'The same samples again, freshly signed, in parallel and in reverse order')
  const linksBefore = await describeLinks(world)
  const customersBefore = await world.customers()
  const createsBefore = await world.creates()
  const posted = await postSamples(samples.toReversed(), localDoor(info))
  await world.untilIdle()
  const created = (await world.creates()) - createsBefore
  const customers = await world.customers()
  show.check(
    posted.every(isAccepted),
    `${plural(posted.filter(isAccepted).length, 'webhook')} accepted again`,
  )
  show.check(
    created === 0 && customers.length === customersBefore.length,
    `${created === 0 ? 'nothing' : plural(created, 'customer')} was created: ${held(customers)}`,
  )
  show.check(...onePerRecord(customers))
  show.check((await describeLinks(world)) === linksBefore, 'the table of links is unchanged')
}
