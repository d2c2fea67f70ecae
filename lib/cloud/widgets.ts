/**
 * The parts of a CloudWatch dashboard:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export type Widget = {
  readonly type: 'text' | 'metric' | 'alarm' | 'log'
  readonly width: number
  readonly height: number
  readonly properties: Readonly<Record<string, unknown>>
}
export type PlacedWidget = Widget & { readonly x: number; readonly y: number }

type Size = Pick<Widget, 'width' | 'height'>
type Options = Readonly<Record<string, string | number | boolean>>
/** Namespace, name, then dimensions in pairs; or an expression over the ids of other lines. */
export type Line = readonly [...string[], Options] | readonly [Options]

/** Every graph shows the stack's own region. */
const region = `\${AWS::Region}`

export function text(size: Size, lines: readonly string[]): Widget {
  return { type: 'text', ...size, properties: { markdown: lines.join('\n') } }
}

/** A graph. Short time ranges show one point a minute; CloudWatch takes longer periods for longer ranges. */
export function graph(size: Size, title: string, lines: readonly Line[], more: object = {}): Widget {
  const yAxis = { left: { min: 0 }, right: { min: 0 } }
  return {
    type: 'metric',
    ...size,
    properties: {
      title,
      region,
      view: 'timeSeries',
      stacked: false,
      period: 60,
      yAxis,
      ...more,
      metrics: lines,
    },
  }
}

export function alarmStatus(size: Size, title: string, alarms: readonly string[]): Widget {
  return {
    type: 'alarm',
    ...size,
    properties: { title, alarms: alarms.map((id) => `\${${id}.Arn}`), sortBy: 'stateUpdatedTimestamp' },
  }
}

/** A table of what a query finds in these log groups, over the time range of the dashboard. */
export function logTable(
  size: Size,
  { title, logs, text: query }: { title: string; logs: readonly string[]; text: string },
): Widget {
  const sources = logs.map((name) => `SOURCE '\${${name}LogGroup}'`)
  return {
    type: 'log',
    ...size,
    properties: { title, region, view: 'table', query: [...sources, query].join(' | ') },
  }
}

/** Rows from top to bottom, each from left to right. */
export function placed(rows: readonly (readonly Widget[])[]): readonly PlacedWidget[] {
  let y = 0
  return rows.flatMap((row) => {
    let x = 0
    const top = y
    y += Math.max(...row.map(({ height }) => height))
    return row.map((widget) => {
      const left = x
      x += widget.width
      return { ...widget, x: left, y: top }
    })
  })
}
