import type { S3ClientConfig } from '@aws-sdk/client-s3';
import type { Env } from '../../config/env.js';

/** Maximum number of sockets. Enough for all concurrent writes and reads. */
const MAX_SOCKETS = 128;
const CONNECT_TIMEOUT_MS = 5000;
/**
 * Timeout for a response to start. Uploading an 8 MiB part at 1 Mbit/s takes this long.
 */
const CALL_TIMEOUT_MS = 60_000;
/** Timeout for a connection without traffic. */
const IDLE_TIMEOUT_MS = 20_000;
const MAX_ATTEMPTS = 5;

/** Default region for servers other than Amazon S3. */
const DEFAULT_REGION = 'us-east-1';

type S3Settings = Pick<Env, 'S3_ENDPOINT' | 'S3_REGION' | 'S3_FORCE_PATH_STYLE' | AwsCredential>;
type AwsCredential = 'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY' | 'AWS_SESSION_TOKEN';

/**
 * Returns the configuration of the S3 client. Uses credentials from the settings or the files that
 * they name, or from the AWS credential provider chain.
 */
export function createS3ClientConfig(env: S3Settings): S3ClientConfig {
  const { S3_ENDPOINT: endpoint, S3_REGION, S3_FORCE_PATH_STYLE } = env;
  // Many S3-compatible servers reject or ignore the checksums that the SDK has sent since 2025.
  const checksumMode = isAmazonS3(endpoint) ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED';
  const agent = { keepAlive: true, maxSockets: MAX_SOCKETS };
  return {
    ...(endpoint ? { endpoint } : {}),
    ...selectRegion(S3_REGION, endpoint),
    ...selectCredentials(env),
    forcePathStyle:
      S3_FORCE_PATH_STYLE === '' ? endpoint !== undefined : S3_FORCE_PATH_STYLE === 'true',
    requestChecksumCalculation: checksumMode,
    responseChecksumValidation: checksumMode,
    retryMode: 'standard',
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: CALL_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      socketTimeout: IDLE_TIMEOUT_MS,
      // Calls beyond MAX_SOCKETS wait without a warning.
      socketAcquisitionWarningTimeout: CALL_TIMEOUT_MS,
      httpAgent: agent,
      httpsAgent: agent,
    },
  };
}

/** Returns true for an Amazon S3 URL. Amazon S3 is also the default without a URL. */
const isAmazonS3 = (endpoint?: string): boolean =>
  endpoint === undefined || /\.amazonaws\.com(?:\.cn)?$/.test(new URL(endpoint).hostname);

function selectRegion(
  region: string | undefined,
  endpoint: string | undefined,
): { region?: string } {
  if (region !== undefined) return { region };
  return isAmazonS3(endpoint) ? {} : { region: DEFAULT_REGION };
}

function selectCredentials(env: Pick<Env, AwsCredential>): Pick<S3ClientConfig, 'credentials'> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = env;
  if (AWS_ACCESS_KEY_ID === undefined || AWS_SECRET_ACCESS_KEY === undefined) return {};
  return {
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      sessionToken: AWS_SESSION_TOKEN,
    },
  };
}
