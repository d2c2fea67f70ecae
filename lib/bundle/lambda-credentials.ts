type Credentials = {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

/**
 * Replaces the SDK's default credential chain in the bundles (`alias` in `serverless.yml`). Lambda provides
 * credentials in the environment, and they do not change during the lifetime of the process.
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
