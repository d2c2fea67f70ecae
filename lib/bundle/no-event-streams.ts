/** Replaces the SDK's event streams in the bundles (`alias` in `serverless.yml`): none of the operations that are used has one. */
export class EventStreamSerde {
  constructor() {
    throw new Error('event streams are not part of the bundle')
  }
}
