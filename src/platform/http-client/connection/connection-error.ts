import { AppError } from '../../errors/app-error.js';
import { OutboundError } from '../outbound-errors.js';
import type { ErrorDefinition } from '../../errors/error-definition.js';
import { OUTBOUND_ERRORS } from '../error-table.js';

interface ConnectionFailure {
  definition: ErrorDefinition;
  /** Text after "<host> ". */
  phrase: string;
}

const RETRY_ADVICE = 'Check that the server is up, then retry.';

const connectionRefused: ConnectionFailure = {
  definition: OUTBOUND_ERRORS.connection_refused,
  phrase: `refused the connection. ${RETRY_ADVICE}`,
};
const connectionReset: ConnectionFailure = {
  definition: OUTBOUND_ERRORS.connection_reset,
  phrase: `closed the connection unexpectedly. ${RETRY_ADVICE}`,
};
const connectionTimedOut: ConnectionFailure = {
  definition: OUTBOUND_ERRORS.connection_timed_out,
  phrase: `did not respond. ${RETRY_ADVICE}`,
};
const hostUnreachable: ConnectionFailure = {
  definition: OUTBOUND_ERRORS.host_unreachable,
  phrase: `can't be reached from this server. Check the network and the firewall, then retry.`,
};
const hostNotFound: ConnectionFailure = {
  definition: OUTBOUND_ERRORS.host_not_found,
  phrase: 'does not exist. Check the host name in the URL for typos.',
};
const nameServerUnavailable: ConnectionFailure = {
  definition: OUTBOUND_ERRORS.name_server_unavailable,
  phrase: 'could not be resolved. Check the name server, then retry.',
};
const invalidCertificate: ConnectionFailure = {
  definition: OUTBOUND_ERRORS.tls_invalid,
  phrase:
    'has no valid TLS certificate. Install a valid certificate on the server, or use another URL.',
};
const expiredCertificate: ConnectionFailure = {
  ...invalidCertificate,
  phrase: 'has an expired certificate. Renew the certificate on the server, or use another URL.',
};
const certificateForOtherNames: ConnectionFailure = {
  ...invalidCertificate,
  phrase:
    'has a certificate for other host names. Use a host name from the certificate in the URL, or replace the certificate.',
};
const selfSignedCertificate: ConnectionFailure = {
  ...invalidCertificate,
  phrase:
    'has a self-signed certificate. Install a certificate from a public certificate authority. ' +
    'For a private certificate authority, set NODE_EXTRA_CA_CERTS.',
};
const incompleteCertificateChain: ConnectionFailure = {
  definition: OUTBOUND_ERRORS.tls_chain_incomplete,
  phrase:
    'does not send its intermediate certificate, or has a certificate from an unknown certificate authority. ' +
    'Browsers fetch the missing certificate themselves. Install the full certificate chain on the server. ' +
    'For a private certificate authority, set NODE_EXTRA_CA_CERTS.',
};
const outdatedTls: ConnectionFailure = {
  definition: OUTBOUND_ERRORS.tls_outdated,
  phrase:
    'supports only outdated encryption (older than TLS 1.2, or with weak keys). ' +
    'Enable TLS 1.2 or later on the server, or use another URL.',
};
const clientCertificateRequired: ConnectionFailure = {
  definition: OUTBOUND_ERRORS.tls_client_certificate,
  phrase:
    'requires a client certificate, which Pressroom does not send. Use a URL that works without one.',
};
const invalidResponse: ConnectionFailure = {
  definition: OUTBOUND_ERRORS.response_invalid,
  phrase: 'did not send a valid HTTP response. Check the host and port in the URL.',
};

const FAILURES_BY_CODE: Record<string, ConnectionFailure> = {
  ECONNREFUSED: connectionRefused,
  ECONNRESET: connectionReset,
  EPIPE: connectionReset,
  ECONNABORTED: connectionReset,
  ETIMEDOUT: connectionTimedOut,
  EHOSTUNREACH: hostUnreachable,
  ENETUNREACH: hostUnreachable,
  EADDRNOTAVAIL: hostUnreachable,
  EHOSTDOWN: hostUnreachable,
  ENOTFOUND: hostNotFound,
  ENODATA: hostNotFound,
  EAI_AGAIN: nameServerUnavailable,
  EAI_FAIL: nameServerUnavailable,
  ETIMEOUT: nameServerUnavailable,
  EPROTO: invalidCertificate,
  CERT_HAS_EXPIRED: expiredCertificate,
  ERR_TLS_CERT_ALTNAME_INVALID: certificateForOtherNames,
  DEPTH_ZERO_SELF_SIGNED_CERT: selfSignedCertificate,
  SELF_SIGNED_CERT_IN_CHAIN: selfSignedCertificate,
};

/** OpenSSL's verification codes as Node.js names them (`tls`, "X509 certificate error codes"). */
const CERTIFICATE_CODE =
  /CERT|SELF_SIGNED|UNABLE_TO_|CRL|^ERR_SSL_|^ERR_TLS_|INVALID_CA|INVALID_PURPOSE/;

/** OpenSSL 3 errors for servers that support only outdated TLS versions or weak keys. */
const OUTDATED_TLS =
  /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|KEY_TOO_SMALL|MD_TOO_WEAK|LEGACY_RENEGOTIATION|HANDSHAKE_FAILURE|NO_CIPHERS/;
const CLIENT_CERTIFICATE = /ALERT_CERTIFICATE_REQUIRED|ALERT_NO_CERTIFICATE/;
/** The server has no certificate for the name in the request (SNI). */
const UNKNOWN_NAME = /UNRECOGNIZED_NAME/;
const NOT_TLS = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/;

/** Converts a connection error to an `AppError` with a message for users and a retry policy. */
export function toConnectionError(error: unknown, host: string): AppError {
  const appError = findInCauses(error, (cause) => cause instanceof AppError);
  if (appError) return appError as AppError;

  const { definition, phrase } = findFailure(findCode(error), findReason(error));
  return new OutboundError(definition, { message: `${host} ${phrase}`, cause: error });
}

function findFailure(code: string, reason: string): ConnectionFailure {
  if (code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE') return incompleteCertificateChain;
  if (CLIENT_CERTIFICATE.test(code) || CLIENT_CERTIFICATE.test(reason))
    return clientCertificateRequired;
  if (UNKNOWN_NAME.test(code) || UNKNOWN_NAME.test(reason)) return certificateForOtherNames;
  if (OUTDATED_TLS.test(code) || OUTDATED_TLS.test(reason)) return outdatedTls;
  if (NOT_TLS.test(code) || NOT_TLS.test(reason)) return invalidResponse;
  if (FAILURES_BY_CODE[code]) return FAILURES_BY_CODE[code];
  if (CERTIFICATE_CODE.test(code)) return invalidCertificate;
  if (code.startsWith('HPE_')) return invalidResponse;
  const definition = OUTBOUND_ERRORS.connection_failed;
  return { definition, phrase: `caused a connection error. ${RETRY_ADVICE}` };
}

function findCode(error: unknown): string {
  const errorWithCode = findInCauses(error, (cause) => {
    const code = (cause as { code?: unknown }).code;
    return typeof code === 'string' && !code.startsWith('ERR_BAD') && code !== 'ERR_NETWORK';
  });
  return (errorWithCode as { code: string } | undefined)?.code ?? '';
}

/**
 * Returns the OpenSSL message of an EPROTO error: "…:SSL routines:ssl3_read_bytes:tlsv1 alert protocol
 * version:…".
 */
function findReason(error: unknown): string {
  const protocolError = findInCauses(
    error,
    (cause) => (cause as { code?: unknown }).code === 'EPROTO',
  );
  return ((protocolError as Error | undefined)?.message ?? '').toUpperCase().replaceAll(' ', '_');
}

/**
 * Returns the first matching error in the chain of causes. axios wraps the error of the socket, sometimes
 * twice.
 */
function findInCauses(error: unknown, matches: (cause: object) => boolean): unknown {
  for (
    let cause = error, depth = 0;
    cause && depth < 8;
    cause = (cause as Error).cause, depth += 1
  ) {
    if (typeof cause === 'object' && matches(cause)) return cause;
  }
  return undefined;
}
