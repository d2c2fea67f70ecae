import { startEmbeddedDynamodb } from '../../lib/offline/embedded-dynamodb.ts'
import { startEmbeddedSqs } from '../../lib/offline/embedded-sqs.ts'

/** One DynamoDB and one SQS for the whole test run, in a separate process that prints their URLs and ends with its parent. */
const [dynamodb, sqs] = await Promise.all([startEmbeddedDynamodb(), startEmbeddedSqs('us-east-1')])
process.stdout.write(`${JSON.stringify({ dynamodb: dynamodb.url, sqs: sqs.url })}\n`)
process.stdin.resume().on('end', () => process.exit(0))
