import type { Packages } from './packages.ts'

/** What a peer is given when it starts. */
type PeerSetting = {
  /** Where npm has installed its packages. */
  readonly folder: string
  /** An empty folder, removed after the run. */
  readonly dataFolder: string
  readonly provider: { readonly url: string; readonly key: string }
}

export type RunningPeer = {
  /** Its processes; those that they start count as well. */
  readonly pids: readonly number[]
  /** Where the webhook of a contact is sent, and the headers that this peer wants besides the usual ones. */
  addressOf(
    contactId: string,
    eventId: string,
  ): { readonly url: string; readonly headers?: Readonly<Record<string, string>> }
  stop(): Promise<void>
}

/** Another way to do the same work: map the webhook of a contact and create the customer at the provider. */
export type Peer = {
  readonly name: string
  /** Null: it is part of this project. */
  readonly packages: Packages | null
  /** Whether it answers a webhook once it has stored it, before the work is done. */
  readonly isDurable: boolean
  start(setting: PeerSetting): Promise<RunningPeer>
}
