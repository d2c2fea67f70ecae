import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, type ScalarTag } from 'yaml'
import * as z from 'zod'
import { readResources } from '../../../offline/resources.ts'
import type { CloudFormationResource } from '../../../offline/serverless.ts'

const scalar = z.union([z.string(), z.number(), z.boolean()])
const resourceSchema = z.looseObject({
  Type: z.string(),
  /** Text where they come from a variable source of the framework: `${cloud:…}`. */
  Properties: z.record(z.string(), z.unknown()).optional().catch(undefined),
})
const fileSchema = z.looseObject({
  service: z.string(),
  params: z.looseObject({ default: z.record(z.string(), z.unknown()) }),
  functions: z.record(
    z.string(),
    z.looseObject({ handler: z.string(), events: z.array(z.record(z.string(), z.unknown())).optional() }),
  ),
  resources: z.looseObject({ Resources: z.record(z.string(), resourceSchema) }),
})

export type Template = ReturnType<typeof readTemplate>

/**
 * What serverless.yml declares for a stage with the parameters that it lists itself. Those given to `npm run deploy` are not
 * known here, so properties that depend on them must not be compared. Throws when the file is not built as expected.
 */
export function readTemplate(root: string, stage: string) {
  const parsed = parse(readFileSync(join(root, 'serverless.yml'), 'utf8'), {
    customTags: tags,
    merge: true,
    logLevel: 'error',
  })
  const { service, params } = fileSchema.parse(parsed)
  const own = z.record(z.string(), z.unknown()).catch({}).parse(params[stage])
  const values: Readonly<Record<string, unknown>> = { ...params.default, ...own }
  const { functions, resources } = fileSchema.parse(
    replaceIn(parsed, (whole, what, name) => {
      if (what === 'self:service') return service
      if (what === 'sls:stage') return stage
      const value = scalar.safeParse(values[name])
      return value.success ? String(value.data) : whole
    }),
  )
  const declared: Readonly<Record<string, CloudFormationResource>> = resources.Resources as Record<
    string,
    CloudFormationResource
  >
  const named = Object.entries(functions).map(([name, definition]) => {
    return [name, { ...definition, name: `${service}-${stage}-${name}` }] as const
  })
  return {
    ...readResources({
      service,
      provider: { region: '', stage },
      functions: Object.fromEntries(named) as Parameters<typeof readResources>[0]['functions'],
      resources: { Resources: declared },
      package: {},
      custom: {},
    }),
    /** The prefix of the names that CloudFormation gives to resources without a name. */
    stackName: `${service}-${stage}`,
    resources: declared,
    alarms: Object.entries(declared)
      .filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm')
      .map(([logicalId]) => logicalId),
  }
}

/** CloudFormation's short forms, as its JSON writes them. */
const tags: ScalarTag[] = [
  { tag: '!Ref', resolve: (name) => ({ Ref: name }) },
  { tag: '!GetAtt', resolve: (path) => ({ 'Fn::GetAtt': path.split('.') }) },
  { tag: '!Sub', resolve: (template) => ({ 'Fn::Sub': template }) },
]

type Replace = (whole: string, what: string, name: string) => string

/** The value with the variables of the framework replaced that depend on the stage alone. */
function replaceIn(value: unknown, replace: Replace): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{(self:service|sls:stage|param:(\w+))\}/g, replace)
  }
  if (Array.isArray(value)) return value.map((item) => replaceIn(item, replace))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceIn(item, replace)]))
}
