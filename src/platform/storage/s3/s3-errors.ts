import { AppError } from '../../errors/app-error.js';
import { StorageFullError, StorageUnavailableError } from '../../errors/storage-errors.js';

/** Action and bucket of an S3 call, for error messages. */
export interface S3Call {
  /** Name of the action in an IAM policy, e.g. `s3:PutObject`. */
  action: string;
  bucket: string;
}

/** An error from the SDK or the operating system. */
interface S3Failure extends Error {
  code?: string;
  Region?: string;
  $metadata?: { httpStatusCode?: number };
}

const RESUME_NOTE = 'Processing then resumes automatically.';

/** Messages that describe a failure and its fix, by the error name or code. */
const FAILURE_MESSAGES: [RegExp, (call: S3Call, failure: S3Failure) => string][] = [
  [
    /^NoSuchBucket$/,
    ({ bucket }) =>
      `The bucket "${bucket}" does not exist. Create the bucket, or correct S3_BUCKET.`,
  ],
  [
    /^(AccessDenied|AllAccessDisabled|AccountProblem|Forbidden|403)$/,
    ({ action, bucket }) =>
      `Access to the bucket "${bucket}" is denied (${action}). Grant these credentials the permission ${action}.`,
  ],
  [
    /^InvalidAccessKeyId$/,
    () => 'The S3 server did not recognize the access key. Correct AWS_ACCESS_KEY_ID.',
  ],
  [
    /^(SignatureDoesNotMatch|InvalidSignature)$/,
    () =>
      'The S3 server rejected the signature. Correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  ],
  [
    /^(ExpiredToken|ExpiredTokenException|InvalidToken|TokenRefreshRequired)$/,
    () => 'The session token of the AWS credentials has expired. Renew the credentials.',
  ],
  [
    /^(RequestTimeTooSkewed|RequestExpired)$/,
    () =>
      "This machine's clock differs too much from the S3 server's clock. Synchronize the clock (NTP).",
  ],
  [
    /^(AuthorizationHeaderMalformed|PermanentRedirect|IllegalLocationConstraintException|301)$/,
    ({ bucket }, { Region }) =>
      `The bucket "${bucket}" is in a different region${Region ? ` (${Region})` : ''}. Correct S3_REGION.`,
  ],
  [
    /^CredentialsProviderError$/,
    () =>
      'No AWS credentials were found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or attach an IAM role to the machine.',
  ],
  [
    /^(ENOTFOUND|EAI_AGAIN)$/,
    (_call, { code }) =>
      `The host of the S3 server cannot be resolved (${code}). Correct S3_ENDPOINT, or set S3_FORCE_PATH_STYLE=true.`,
  ],
  [
    /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_\w+|ERR_TLS_\w+)$/,
    (_call, { code }) =>
      `The TLS certificate of the S3 server is not trusted (${code}). Set NODE_EXTRA_CA_CERTS to the file with the CA certificate.`,
  ],
  [
    /^HPE_\w+$/,
    (_call, { code }) =>
      `The response from the S3 server is not valid HTTP (${code}). Check S3_ENDPOINT and any proxies in front of the server.`,
  ],
  [
    /^(EPROTO|ERR_SSL_\w+)$/,
    (_call, { code }) =>
      `The S3 server uses a different protocol (${code}). Switch between http and https in S3_ENDPOINT.`,
  ],
  [
    /^(ECONNREFUSED|ECONNRESET|EPIPE|EHOSTUNREACH|ENETUNREACH)$/,
    (_call, { code }) =>
      `The S3 server cannot be reached (${code}). Check S3_ENDPOINT, and that the server is running.`,
  ],
  [
    /^(TimeoutError|ETIMEDOUT|RequestTimeout)$/,
    () => 'The S3 server did not respond in time. Check S3_ENDPOINT and the network.',
  ],
  [
    /^(SlowDown|TooManyRequests|TooManyRequestsException|ThrottlingException|429)$/,
    (_call, { name }) =>
      `The S3 server is throttling requests (${name}). Raise its rate limit, or lower DOWNLOAD_CONCURRENCY.`,
  ],
];

const STORAGE_FULL_CODES =
  /^(QuotaExceeded|XMinioStorageFull|XMinioAdminBucketQuotaExceeded|StorageFull|507)$/;

/**
 * Converts a failed call to an uncounted error whose message describes the failure and its fix. Returns
 * other errors unchanged.
 */
export function toS3Error(error: unknown, call: S3Call): unknown {
  if (!(error instanceof Error) || error instanceof AppError) return error;
  const failure = error as S3Failure;
  const status = failure.$metadata?.httpStatusCode;
  // Checks the code first, because the SDK names most network errors TimeoutError.
  const names = [failure.code, failure.name, status].map(String);
  if (names.some((name) => STORAGE_FULL_CODES.test(name))) {
    const message = `The bucket "${call.bucket}" is full. Raise its quota, or free space. ${RESUME_NOTE}`;
    return new StorageFullError(error, message);
  }
  for (const name of names) {
    const [, describeFailure] = FAILURE_MESSAGES.find(([pattern]) => pattern.test(name)) ?? [];
    if (describeFailure) {
      return new StorageUnavailableError(error, `${describeFailure(call, failure)} ${RESUME_NOTE}`);
    }
  }
  if (status === undefined && failure.code === undefined) return error;
  const details = [status, failure.name, failure.message].filter(Boolean).join(' ');
  const message = `The S3 call failed (${call.action}: ${details}). Check the server. ${RESUME_NOTE}`;
  return new StorageUnavailableError(error, message);
}

/** Returns true if the error says that the object or its upload does not exist. */
export const isMissingObject = (error: unknown): boolean =>
  error instanceof Error && ['NoSuchKey', 'NotFound', 'NoSuchUpload'].includes(error.name);
