import type { ConnectionOptions } from 'node:tls';
import type { Env } from '../config/env.js';
import { readPemFile } from '../config/pem-file.js';
import { RedisTlsError } from './redis-errors.js';

/** Codes from OpenSSL and Node.js for a certificate that is not accepted. */
const CERTIFICATE_ERROR =
  /^(?:ERR_TLS_|ERR_SSL_|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|HOSTNAME_MISMATCH)/;

/** Returns the TLS options from the settings. The host name is always verified. */
export function readRedisTlsOptions(env: Env): ConnectionOptions {
  const options = {
    ca: readPemFile(env.REDIS_TLS_CA_FILE),
    cert: readPemFile(env.REDIS_TLS_CERT_FILE),
    key: readPemFile(env.REDIS_TLS_KEY_FILE),
    servername: env.REDIS_TLS_SERVER_NAME || undefined,
  };
  // An undefined `ca` would replace the authorities that Node.js trusts.
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** Converts the error of a failed TLS handshake. Returns other errors unchanged. */
export function explainTlsError(error: Error): Error {
  const { code = '' } = error as NodeJS.ErrnoException;
  return CERTIFICATE_ERROR.test(code) ? new RedisTlsError(error) : error;
}
