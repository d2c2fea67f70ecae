import { faultPatterns } from '../faults/patterns.ts'
import { installPeer } from './install.ts'
import { measurePeer, type PeerFigures } from './measure-peer.ts'
import { n8n } from './n8n/n8n.ts'
import { nodeRed } from './node-red/node-red.ts'
import type { Peer } from './peer.ts'
import { plainNode } from './plain-node/plain-node.ts'
import { restate } from './restate/restate.ts'

const peers: readonly Peer[] = [plainNode, nodeRed, n8n, restate]
export const peerNames: readonly string[] = peers.map(({ name }) => name)

/** Installs the peers and gives each the same work, one after the other, in each pattern of faults. */
export async function measurePeers(
  wanted: ReadonlySet<string>,
  changes: number,
  progress: (line: string) => void,
): Promise<readonly PeerFigures[]> {
  const installed: { readonly peer: Peer; readonly folder: string }[] = []
  for (const peer of peers) {
    if (wanted.has(peer.name)) installed.push({ peer, folder: await installPeer(peer, progress) })
  }
  const figures: PeerFigures[] = []
  for (const pattern of faultPatterns) {
    for (const { peer, folder } of installed) {
      progress(`${changes} new contacts through ${peer.name}, provider: ${pattern.what}`)
      figures.push(await measurePeer(peer, folder, pattern, changes))
    }
  }
  return figures
}
