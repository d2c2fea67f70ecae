import { sourceNames } from '../../lib/sources/registry.ts'
import { crmSourceContract } from '../contracts/crm-source.ts'
import { halvesOf } from '../support/a-source.ts'

for (const name of sourceNames) crmSourceContract(halvesOf(name))
