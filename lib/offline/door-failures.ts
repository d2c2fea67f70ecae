import Lambda, { type LambdaFunction } from 'serverless-offline/lambda'

/**
 * What API Gateway answers when the function behind it fails. serverless-offline answers 200, which would tell a CRM
 * that its change is safe although nobody has it.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
const failed = {
  statusCode: 500,
  headers: { 'content-type': 'application/json' },
  body: '{"message":"Internal Server Error"}',
}

/** From now on a function that throws at the HTTP door is answered 500; at the Invoke API it fails as before. */
export function answerDoorFailures(complain: (line: string) => void): void {
  const get = Lambda.prototype.get
  Lambda.prototype.get = function (this: Lambda, functionKey) {
    return guarded(get.call(this, functionKey), functionKey, complain)
  }
}

function guarded(
  lambdaFunction: LambdaFunction,
  functionKey: string,
  complain: (line: string) => void,
): LambdaFunction {
  let isHttp = false
  return {
    get functionName() {
      return lambdaFunction.functionName
    },
    setClientContext: (context) => lambdaFunction.setClientContext(context),
    setEvent: (event) => {
      isHttp = isHttpEvent(event)
      lambdaFunction.setEvent(event)
    },
    runHandler: async () => {
      try {
        return await lambdaFunction.runHandler()
      } catch (error) {
        if (!isHttp) throw error
        complain(`${functionKey}: ${error instanceof Error ? error.name : 'something'} was thrown`)
        return failed
      }
    },
  }
}

/** API Gateway's HTTP APIs, payload 2.0. */
function isHttpEvent(event: unknown): boolean {
  const { requestContext } = (event ?? {}) as { requestContext?: { http?: unknown } }
  return requestContext?.http !== undefined
}
