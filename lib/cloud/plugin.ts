import { dashboardBody } from './dashboard.ts'
import { type LogQuery, logQueries } from './log-queries.ts'

/** What serverless.yml reads as `${cloud:…}`. CloudFormation's and the framework's own references in it are resolved later. */
const values = {
  dashboard: JSON.stringify(dashboardBody),
  queries: Object.fromEntries(Object.entries(logQueries).map(([id, query]) => [id, toProperties(query)])),
}

/** The properties of an AWS::Logs::QueryDefinition. A `/` in its name makes a folder in the console. */
function toProperties({ title, logs, text }: LogQuery) {
  return {
    Name: `\${self:service}/\${sls:stage}/${title}`,
    LogGroupNames: logs.map((name) => ({ Ref: `${name}LogGroup` })),
    QueryString: text,
  }
}

/** Lets serverless.yml refer to the dashboard and the saved log queries, so that it holds no JSON in a string. */
export default function cloudPlugin() {
  return {
    configurationVariablesSources: {
      cloud: {
        resolve: async ({ address }: { readonly address: string }) => ({ value: valueAt(address) }),
      },
    },
  }
}

/** `queries.failures` → that query. Null is the framework's word for a value that does not exist. */
function valueAt(address: string): unknown {
  const [part, id] = address.split('.')
  if (part === 'dashboard' && id === undefined) return values.dashboard
  return part === 'queries' && id !== undefined ? (values.queries[id] ?? null) : null
}
