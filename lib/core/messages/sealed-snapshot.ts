import { type Snapshot, snapshotSchema } from '../model/change.ts'
import { Rejected } from '../model/errors.ts'
import type { Sealer } from '../ports/sealer.ts'

export function sealSnapshot(snapshot: Snapshot, sealer: Sealer): Promise<string> {
  return sealer.seal(snapshot)
}

/** Throws like `Sealer.open`, and Rejected when this release cannot read the snapshot. */
export async function openSnapshot(sealed: string, sealer: Sealer): Promise<Snapshot> {
  const parsed = snapshotSchema.safeParse(await sealer.open(sealed))
  if (parsed.success) return parsed.data
  throw new Rejected(
    'SEALED_DATA_DAMAGED',
    'this release cannot read the sealed customer data: let the sender send the customer again',
  )
}
