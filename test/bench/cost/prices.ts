/**
 * Public prices of AWS in us-east-1, in dollars. Free tiers are left out. Check them before you rely on a figure:
 * https://aws.amazon.com/lambda/pricing/, https://aws.amazon.com/sqs/pricing/,
 * https://aws.amazon.com/dynamodb/pricing/on-demand/, https://aws.amazon.com/api-gateway/pricing/ (HTTP API),
 * https://aws.amazon.com/cloudwatch/pricing/
 */
export const prices = {
  asOf: '2026-08',
  /** Per million. */
  httpApiRequest: 1,
  lambdaRequest: 0.2,
  sqsFifoRequest: 0.5,
  tableWriteUnit: 0.625,
  tableReadUnit: 0.125,
  /** Lambda on Arm. */
  gbSecond: 0.0000133334,
  /** Ingested by CloudWatch Logs. */
  logGb: 0.5,
} as const
