type Credentials = {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

/**
 * Takes the place of the SDK's default credential chain in the bundles (`alias` in `serverless.yml`): a Lambda finds
 * its credentials in the environment, where they stay the same for as long as its process lives.
 */
export function defaultProvider(): () => Promise<Credentials> {
  return async () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env
    if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
      throw new Error('AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: expected AWS credentials in the environment')
    }
    return {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
    }
  }
}
