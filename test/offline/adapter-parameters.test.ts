import { readFileSync } from 'node:fs'
import { adapterEnvironment } from '../../lib/offline/adapter-parameters.ts'
import type { Serverless } from '../../lib/offline/serverless.ts'
import { providers } from '../../lib/providers/registry.ts'
import { offlineSource } from '../../lib/sources/offline.ts'
import { sources } from '../../lib/sources/registry.ts'

type Params = NonNullable<Serverless['configurationInput']['params']>

const aDeployment = (params: Params, param: readonly string[]) =>
  ({
    processedInput: { commands: ['deploy'], options: { param } },
    configurationInput: { params },
    service: { provider: { stage: 'prod', region: 'us-east-1' } },
  }) as unknown as Serverless

describe('the settings of sources and providers', () => {
  it('become variables of the functions: from the command line, the stage, or the defaults', () => {
    const params = {
      default: {
        pipedriveApiUrl: 'https://default.pipedrive.com',
        hubspotApiUrl: '',
        retryRate: 'rate(1 hour)',
      },
      prod: { pipedriveApiUrl: 'https://prod.pipedrive.com', notchpayApiUrl: 'https://api.notchpay.co' },
      test: { wooshpayApiUrl: 'https://apitest.wooshpay.com' },
    }
    expect(adapterEnvironment(aDeployment(params, []))).toEqual({
      PIPEDRIVE_API_URL: 'https://prod.pipedrive.com',
      NOTCHPAY_API_URL: 'https://api.notchpay.co',
    })
    const given = ['pipedriveApiUrl=https://acme.pipedrive.com/?a=b', 'alarmEmail=ops@example.com']
    expect(adapterEnvironment(aDeployment(params, given))).toMatchObject({
      PIPEDRIVE_API_URL: 'https://acme.pipedrive.com/?a=b',
    })
  })

  it('are not named by what is deployed', () => {
    // A source with events has a function of its own.
    const withoutFunction = Object.values(sources).filter(({ name }) => !offlineSource(name).eventFunction)
    const names = [...withoutFunction, ...Object.values(providers)].flatMap(({ name, title }) => [
      name,
      title,
      name.toUpperCase(),
    ])
    // The one that stands as an example in a comment.
    const template = readFileSync('serverless.yml', 'utf8').replace(/#.*/g, '')
    expect(names.filter((name) => new RegExp(`\\b${name}(?![a-z])`).test(template))).toEqual([])
  })
})
