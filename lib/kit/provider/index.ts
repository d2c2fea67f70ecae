import { defineProvider } from '../../providers/definition.ts'
import { tillProvider } from './provider.ts'

/** Till: what it is, and where its API is. */
export const till = defineProvider<typeof import('./offline.ts')>()({
  name: 'till',
  title: 'Till',
  secrets: ['TILL_SECRET_KEY'],
  apiUrls: { TILL_API_URL: { default: 'https://api.till.example', hosts: ['api.till.example'] } },
  build: ({ secrets, origins, clock }) =>
    tillProvider({ secretKey: secrets.TILL_SECRET_KEY ?? '', origin: origins.TILL_API_URL, clock }),
})
