import { sourceNames } from '../../lib/sources/registry.ts'
import { crmSourceContract } from '../contracts/crm-source.ts'
import { writeBackContract } from '../contracts/write-back.ts'
import { halvesOf } from '../support/a-source.ts'

for (const name of sourceNames) crmSourceContract(halvesOf(name))

for (const name of sourceNames) {
  const halves = halvesOf(name)
  const { writeBack } = halves.offline.contract
  if (writeBack) writeBackContract(halves, writeBack)
}
