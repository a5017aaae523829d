import { AppError } from '../../errors/app-error.js';
import { StorageFullError, StorageUnavailableError } from '../../errors/storage-errors.js';

/** Action and bucket of a call, for error messages. */
export interface S3Call {
  /** Name of the action in an IAM policy, e.g. `s3:PutObject`. */
  action: string;
  bucket: string;
}

/** Fields of an error of the SDK or of the operating system. */
interface S3Failure extends Error {
  code?: string;
  Region?: string;
  $metadata?: { httpStatusCode?: number };
}

const RESUMES = 'Processing then resumes automatically.';

/** Messages with the fault and its fix, by the name or code of the failure. */
const FAULTS: [RegExp, (call: S3Call, failure: S3Failure) => string][] = [
  [
    /^NoSuchBucket$/,
    ({ bucket }) =>
      `The bucket "${bucket}" does not exist. Create the bucket, or correct S3_BUCKET.`,
  ],
  [
    /^(AccessDenied|AllAccessDisabled|AccountProblem|Forbidden|403)$/,
    ({ action, bucket }) =>
      `Access to the bucket "${bucket}" is denied (${action}). Give the credentials the permission ${action}.`,
  ],
  [
    /^InvalidAccessKeyId$/,
    () => 'The S3 server does not know the access key. Correct AWS_ACCESS_KEY_ID.',
  ],
  [
    /^(SignatureDoesNotMatch|InvalidSignature)$/,
    () =>
      'The S3 server rejects the signature. Correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  ],
  [
    /^(ExpiredToken|ExpiredTokenException|InvalidToken|TokenRefreshRequired)$/,
    () => 'The session token of the AWS credentials has expired. Renew the credentials.',
  ],
  [
    /^(RequestTimeTooSkewed|RequestExpired)$/,
    () =>
      'The clock of this machine differs too much from the clock of the S3 server. Synchronize the clock (NTP).',
  ],
  [
    /^(AuthorizationHeaderMalformed|PermanentRedirect|IllegalLocationConstraintException|301)$/,
    ({ bucket }, { Region }) =>
      `The bucket "${bucket}" is in another region${Region ? ` (${Region})` : ''}. Correct S3_REGION.`,
  ],
  [
    /^CredentialsProviderError$/,
    () =>
      'There are no AWS credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the machine a role.',
  ],
  [
    /^(ENOTFOUND|EAI_AGAIN)$/,
    (_call, { code }) =>
      `The host of the S3 server cannot be resolved (${code}). Correct S3_ENDPOINT, or set S3_FORCE_PATH_STYLE=true.`,
  ],
  [
    /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_\w+|ERR_TLS_\w+)$/,
    (_call, { code }) =>
      `The TLS certificate of the S3 server is not trusted (${code}). Set NODE_EXTRA_CA_CERTS to the certificate of its certificate authority.`,
  ],
  [
    /^HPE_\w+$/,
    (_call, { code }) =>
      `The response from the S3 server is not valid HTTP (${code}). Check S3_ENDPOINT, and any proxies in front of the server.`,
  ],
  [
    /^(EPROTO|ERR_SSL_\w+)$/,
    (_call, { code }) =>
      `The S3 server uses another protocol (${code}). Correct http or https in S3_ENDPOINT.`,
  ],
  [
    /^(ECONNREFUSED|ECONNRESET|EPIPE|EHOSTUNREACH|ENETUNREACH)$/,
    (_call, { code }) =>
      `The S3 server cannot be reached (${code}). Check S3_ENDPOINT, and that the server runs.`,
  ],
  [
    /^(TimeoutError|ETIMEDOUT|RequestTimeout)$/,
    () => 'The S3 server does not details in time. Check S3_ENDPOINT and the network.',
  ],
  [
    /^(SlowDown|TooManyRequests|TooManyRequestsException|ThrottlingException|429)$/,
    (_call, { name }) =>
      `The S3 server throttles requests (${name}). Raise its rate limit, or lower DOWNLOAD_CONCURRENCY.`,
  ],
];

const FULL = /^(QuotaExceeded|XMinioStorageFull|XMinioAdminBucketQuotaExceeded|StorageFull|507)$/;

/**
 * Converts the failure of a call to an error that counts no attempt, with the fault and its fix. Returns
 * other errors unchanged.
 */
export function s3Error(thrown: unknown, call: S3Call): unknown {
  if (!(thrown instanceof Error) || thrown instanceof AppError) return thrown;
  const failure = thrown as S3Failure;
  const status = failure.$metadata?.httpStatusCode;
  // The SDK names most network errors TimeoutError, so the code comes first.
  const names = [failure.code, failure.name, status].map(String);
  if (names.some((name) => FULL.test(name))) {
    const message = `The bucket "${call.bucket}" is full. Raise its quota, or free space. ${RESUMES}`;
    return new StorageFullError(thrown, message);
  }
  for (const name of names) {
    const [, sentence] = FAULTS.find(([pattern]) => pattern.test(name)) ?? [];
    if (sentence) {
      return new StorageUnavailableError(thrown, `${sentence(call, failure)} ${RESUMES}`);
    }
  }
  if (status === undefined && failure.code === undefined) return thrown;
  const details = [status, failure.name, failure.message].filter(Boolean).join(' ');
  const message = `The S3 server failed (${call.action}: ${details}). Check the server. ${RESUMES}`;
  return new StorageUnavailableError(thrown, message);
}

/** Returns true if the object, or its upload, does not exist. */
export const isMissingObject = (error: unknown): boolean =>
  error instanceof Error && ['NoSuchKey', 'NotFound', 'NoSuchUpload'].includes(error.name);
