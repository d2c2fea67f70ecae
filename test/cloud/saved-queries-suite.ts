import { readFileSync } from 'node:fs'
import { logQueries } from '../../lib/cloud/log-queries.ts'
import type { Packaged } from '../support/packaged-template.ts'

/** The queries that a packaged template of the stage dev saves in CloudWatch Logs Insights. */
export function savedQueriesSuite(dev: () => Packaged): void {
  const ofType = (type: string) =>
    Object.entries(dev().template.Resources).filter(([, resource]) => resource.Type === type)

  describe('the saved log queries', () => {
    it('are in a folder of the stage, each with its log groups', () => {
      expect(ofType('AWS::Logs::QueryDefinition').map(([, { Properties }]) => Properties)).toEqual(
        Object.values(logQueries).map(({ title, logs, text }) => ({
          Name: `crm-pay-sync/dev/${title}`,
          LogGroupNames: logs.map((name) => ({ Ref: `${name}LogGroup` })),
          QueryString: text,
        })),
      )
    })

    it('search log groups of the template', () => {
      const searched = Object.values(logQueries).flatMap(({ logs }) => logs.map((name) => `${name}LogGroup`))
      expect(new Set(searched)).toEqual(new Set(ofType('AWS::Logs::LogGroup').map(([id]) => id)))
    })

    it('have the same text as on the operations page', () => {
      const page = readFileSync('docs/operations.md', 'utf8')
      const missing = ofType('AWS::Logs::QueryDefinition').filter(
        ([, { Properties }]) => !page.includes(`\n${Properties['QueryString']}\n`),
      )
      expect(missing).toEqual([])
    })
  })
}
