import type { ConnectionOptions } from 'node:tls';
import type { Env } from '../config/env.js';
import { readPemFile } from '../config/pem-file.js';
import { RedisTlsError } from './redis-errors.js';

/** Codes of OpenSSL and Node.js for a certificate that is not accepted. */
const CERTIFICATE =
  /^(?:ERR_TLS_|ERR_SSL_|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|HOSTNAME_MISMATCH)/;

/** Returns the TLS options that the settings give. The host is verified in any case. */
export function redisTlsOptions(env: Env): ConnectionOptions {
  const options = {
    ca: readPemFile(env.REDIS_TLS_CA_FILE),
    cert: readPemFile(env.REDIS_TLS_CERT_FILE),
    key: readPemFile(env.REDIS_TLS_KEY_FILE),
    servername: env.REDIS_TLS_SERVER_NAME || undefined,
  };
  // An undefined authority would replace those that Node.js trusts.
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** Converts the error of a failed TLS handshake. Returns other errors unchanged. */
export function explainTlsError(error: Error): Error {
  const { code = '' } = error as NodeJS.ErrnoException;
  return CERTIFICATE.test(code) ? new RedisTlsError(error) : error;
}
