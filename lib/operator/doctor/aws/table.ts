import { isDeepStrictEqual } from 'node:util'
import { DescribeContinuousBackupsCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb'
import { type Check, fine, type Outcome, wrong } from '../subject/finding.ts'
import { awsCommand, type Subject } from '../subject/subject.ts'

/** The keys and the index of the table of links, and on AWS its protection. */
export function checkTable(it: Subject): readonly Check[] {
  const shape: Check = {
    name: 'table',
    permission: 'dynamodb:DescribeTable',
    examine: () => examineTable(it),
  }
  if (it.isLocal) return [shape]
  const backups: Check = {
    name: 'table-backups',
    permission: 'dynamodb:DescribeContinuousBackups',
    examine: () => examineBackups(it),
  }
  return [shape, backups]
}

async function examineTable(it: Subject): Promise<Outcome> {
  const { stage, template, isLocal } = it
  const { Table } = await stage.dynamodb.send(new DescribeTableCommand({ TableName: stage.linksTable }))
  if (Table?.TableStatus !== 'ACTIVE')
    return wrong(`the table is ${Table?.TableStatus}`, 'Wait, and run the doctor again.')
  const [declared] = template.tables
  const wanted = shapeOf(declared?.input)
  const actual = shapeOf(Table)
  if (!isDeepStrictEqual(actual, wanted)) {
    return wrong(
      `the keys or the index of ${stage.linksTable} are not as serverless.yml declares`,
      isLocal
        ? 'Remove OFFLINE_DATA_DIR or the table, then restart npm start, which makes it again.'
        : 'Check that the stage was deployed by this release. The keys of a table cannot be changed: restore the links into a new one.',
    )
  }
  const isProtected = String(declaredProperties(it)['DeletionProtectionEnabled']) === 'true'
  if (!isLocal && isProtected && !Table.DeletionProtectionEnabled) {
    return wrong(
      'the table is not protected from deletion',
      awsCommand(`dynamodb update-table --table-name ${stage.linksTable} --deletion-protection-enabled`, it),
    )
  }
  return fine('as serverless.yml declares')
}

async function examineBackups(it: Subject): Promise<Outcome> {
  const { stage } = it
  const { ContinuousBackupsDescription: described } = await stage.dynamodb.send(
    new DescribeContinuousBackupsCommand({ TableName: stage.linksTable }),
  )
  const status = described?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus
  if (status === 'ENABLED') return fine('point-in-time recovery is on')
  return wrong(
    'point-in-time recovery is off',
    awsCommand(
      `dynamodb update-continuous-backups --table-name ${stage.linksTable} --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true`,
      it,
    ),
  )
}

function declaredProperties({ template }: Subject): Readonly<Record<string, unknown>> {
  const [table] = template.tables
  return (table && template.resources[table.logicalId]?.Properties) ?? {}
}

type Described = {
  readonly KeySchema?: readonly Key[] | undefined
  readonly GlobalSecondaryIndexes?: readonly Index[] | undefined
}
type Key = { readonly AttributeName?: string | undefined; readonly KeyType?: string | undefined }
type Index = {
  readonly IndexName?: string | undefined
  readonly KeySchema?: readonly Key[] | undefined
  readonly Projection?: { readonly ProjectionType?: string | undefined } | undefined
}

function shapeOf({ KeySchema = [], GlobalSecondaryIndexes = [] }: Described = {}) {
  const keysOf = (keys: readonly Key[] = []) =>
    keys.map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`)
  const indexes = GlobalSecondaryIndexes.map(({ IndexName, KeySchema: keys, Projection }) => ({
    name: IndexName,
    keys: keysOf(keys),
    projection: Projection?.ProjectionType,
  }))
  return { keys: keysOf(KeySchema), indexes }
}
