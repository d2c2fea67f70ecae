import { readFileSync } from 'node:fs'
import { logQueries } from '../../lib/cloud/log-queries.ts'
import { deployedResources, substituted } from '../support/deployed-template.ts'
import type { Packaged } from '../support/packaged-template.ts'
import { dimensionsOf } from './known-metrics.ts'

type Widget = {
  readonly type: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly properties: Readonly<Record<string, unknown>>
}
type Options = { readonly id?: string; readonly expression?: string; readonly label?: string }

/** What a packaged template shows on its dashboard and saves as queries. `dev` has the defaults, `prod` no dashboard. */
export function dashboardSuite(dev: () => Packaged, prod: () => Packaged): void {
  /** What each kind of resource in the template is called in a metric or a widget. */
  const attributes: Readonly<Record<string, string | undefined>> = {
    'AWS::CloudWatch::Alarm': 'Arn',
    'AWS::SQS::Queue': 'QueueName',
    'AWS::Lambda::Function': undefined,
    'AWS::Logs::LogGroup': undefined,
    'AWS::ApiGatewayV2::Api': undefined,
  }
  const look = (id: string, attribute: string | undefined) => {
    const type = dev().template.Resources[id]?.Type ?? 'nothing'
    if (!(type in attributes) || attributes[type] !== attribute) {
      throw new Error(`${id}.${attribute} is not of the template`)
    }
    return `[${id}]`
  }
  const dashboard = () => deployedResources(dev())['Dashboard']?.Properties ?? {}
  const body = () => substituted(dashboard()['DashboardBody'], look)
  const widgets = (type?: string): readonly Widget[] =>
    JSON.parse(body()).widgets.filter((widget: Widget) => type === undefined || widget.type === type)
  const graphs = () =>
    widgets('metric').map(({ properties }) => ({
      title: properties['title'],
      lines: properties['metrics'] as readonly (readonly (string | Options)[])[],
    }))
  const metrics = () =>
    graphs().flatMap(({ lines }) =>
      lines.filter((line) => line.length > 1).map((line) => line.filter(isText)),
    )
  const isText = (part: string | Options): part is string => typeof part === 'string'
  const optionsOf = (line: readonly (string | Options)[]) => line.at(-1) as Options
  const idsOf = (type: string) =>
    Object.entries(dev().template.Resources).flatMap(([id, { Type }]) => (Type === type ? [id] : []))

  describe('the dashboard', () => {
    it('is named after the stage, and refers to resources of the template only', () => {
      expect(dashboard()['DashboardName']).toBe('crm-pay-sync-dev')
      expect(body()).not.toMatch(/\$\{(?!AWS::Region\})/)
    })

    it('exists only where it is switched on', () => {
      expect(Object.keys(deployedResources(dev()))).toContain('Dashboard')
      expect(Object.keys(deployedResources(prod()))).not.toContain('Dashboard')
      expect(dev().template.Outputs['DashboardUrl']).toMatchObject({ Condition: 'HasDashboard' })
    })

    it('shows existing metrics, with their dimensions', () => {
      for (const [namespace = '', metric = '', ...dimensions] of metrics()) {
        const names = dimensions.filter((_, index) => index % 2 === 0)
        expect([metric, names]).toEqual([metric, dimensionsOf(namespace, metric)])
      }
    })

    it('shows metrics of this stage and of its resources', () => {
      const values = metrics().map((line) => [line[0], line.at(-1)] as const)
      const valid: Readonly<Record<string, readonly string[]>> = {
        'crm-pay-sync': ['dev'],
        'AWS/SQS': idsOf('AWS::SQS::Queue').map((id) => `[${id}]`),
        'AWS/Lambda': idsOf('AWS::Lambda::Function').map((id) => `[${id}]`),
        'AWS/ApiGateway': ['[HttpApi]'],
      }
      for (const [namespace = '', value = ''] of values) expect(valid[namespace]).toContain(value)
      const shown = (namespace: string) =>
        new Set(values.flatMap(([name, value]) => (name === namespace ? value : [])))
      for (const [namespace, all] of Object.entries(valid)) expect(shown(namespace)).toEqual(new Set(all))
    })

    it('stacks every outcome of a change', () => {
      const [outcomes] = widgets('metric').filter(({ properties }) => properties['stacked'])
      const lines = graphs().find(({ title }) => title === outcomes?.properties['title'])?.lines ?? []
      expect(lines.map((line) => optionsOf(line).label)).toEqual([
        'created',
        'adopted',
        'updated',
        'unchanged',
        'failed',
        'dead-lettered',
        'superseded',
        'closed',
        'erased',
        'not routed',
      ])
    })

    it('calculates with metrics of the same graph', () => {
      const calculated = graphs().flatMap(({ title, lines }) => {
        const ids = lines.map((line) => optionsOf(line).id)
        const terms = lines.flatMap((line) => optionsOf(line).expression?.match(/\w+/g) ?? [])
        return terms.map((term) => [title, term, ids.includes(term)])
      })
      expect(calculated).toEqual(
        ['automaticWaiting', 'automaticHidden', 'manualWaiting', 'manualHidden'].map((term) => [
          'Dead letters',
          term,
          true,
        ]),
      )
    })

    it('stays within what the free tier covers for one dashboard: 50 metrics', () => {
      expect(metrics().length).toBeLessThanOrEqual(50)
    })

    it('shows the state of every alarm', () => {
      const [{ properties } = { properties: {} }, ...others] = widgets('alarm')
      expect(others).toEqual([])
      // A condition may leave an alarm out, and the dashboard cannot name what is not there.
      const always = idsOf('AWS::CloudWatch::Alarm').filter((id) => !dev().template.Resources[id]?.Condition)
      expect(properties).toMatchObject({ alarms: always.map((id) => `[${id}]`) })
    })

    it('searches the logs with saved queries', () => {
      expect(widgets('log').map(({ properties }) => properties['query'])).toEqual([
        `SOURCE '[SyncCustomerLogGroup]' | ${logQueries.failures.text}`,
        `SOURCE '[ReceiveWebhookLogGroup]' | SOURCE '[ReceiveSalesforceEventsLogGroup]' | ${logQueries.accepted.text}`,
      ])
    })

    it('links to pages of this repository', () => {
      const { homepage } = JSON.parse(readFileSync('package.json', 'utf8'))
      const markdown = String(widgets('text')[0]?.properties['markdown'])
      const links = [...markdown.matchAll(/\]\(([^)]*)\)/g)].map(([, link = '']) => link)
      const branch = `${homepage.replace('#readme', '')}/blob/main/`
      expect(links.map((link) => link.replace(branch, ''))).toEqual([
        'docs/operations.md',
        'docs/errors.md',
        'docs/guarantees.md',
      ])
      for (const link of links) expect(readFileSync(link.replace(branch, ''), 'utf8')).toMatch(/^# /)
    })

    it('has widgets beside and below each other, within the 24 columns', () => {
      const all = widgets()
      for (const widget of all) {
        expect(widget.x + widget.width).toBeLessThanOrEqual(24)
        const overlapping = all.filter(
          (other) =>
            other.x < widget.x + widget.width &&
            widget.x < other.x + other.width &&
            other.y < widget.y + widget.height &&
            widget.y < other.y + other.height,
        )
        expect(overlapping).toEqual([widget])
      }
    })
  })
}
