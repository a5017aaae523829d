import { AppError } from '../../errors/app-error.js';
import { OutboundError } from '../outbound-errors.js';
import type { ErrorDefinition } from '../../errors/error-definition.js';
import { OUTBOUND_ERRORS } from '../error-table.js';

interface FailureMeaning {
  definition: ErrorDefinition;
  /** Text after "<host> ". */
  phrase: string;
}

const AGAIN = 'Check that the server is up, then retry.';

const refused: FailureMeaning = {
  definition: OUTBOUND_ERRORS.connection_refused,
  phrase: `refused the connection. ${AGAIN}`,
};
const reset: FailureMeaning = {
  definition: OUTBOUND_ERRORS.connection_reset,
  phrase: `closed the connection unexpectedly. ${AGAIN}`,
};
const timedOut: FailureMeaning = {
  definition: OUTBOUND_ERRORS.connection_timed_out,
  phrase: `did not answer. ${AGAIN}`,
};
const unreachable: FailureMeaning = {
  definition: OUTBOUND_ERRORS.host_unreachable,
  phrase: `can't be reached from here. ${AGAIN}`,
};
const notFound: FailureMeaning = {
  definition: OUTBOUND_ERRORS.host_not_found,
  phrase: 'does not exist. Check the host name in the URL for typos.',
};
const nameServer: FailureMeaning = {
  definition: OUTBOUND_ERRORS.name_server_unavailable,
  phrase: 'could not be looked up. Check the name server, then retry.',
};
const certificate: FailureMeaning = {
  definition: OUTBOUND_ERRORS.tls_invalid,
  phrase: 'has no valid TLS certificate. Renew the certificate of the host, or use another URL.',
};
const expiredCertificate: FailureMeaning = {
  ...certificate,
  phrase: 'has an expired certificate. Have it renewed on the server, or use another URL.',
};
const otherNames: FailureMeaning = {
  ...certificate,
  phrase:
    'has a certificate for other host names. Use one of these names in the URL, or have the certificate replaced.',
};
const selfSigned: FailureMeaning = {
  ...certificate,
  phrase:
    'has a self-signed certificate. Have a certificate from a public authority installed. ' +
    'For a private authority, set NODE_EXTRA_CA_CERTS.',
};
const incompleteChain: FailureMeaning = {
  definition: OUTBOUND_ERRORS.tls_chain_incomplete,
  phrase:
    'does not send its intermediate certificate, or has a certificate from an unknown authority. ' +
    'Browsers fetch the missing certificate themselves. Install the full chain on the server. ' +
    'For a private authority, set NODE_EXTRA_CA_CERTS.',
};
const outdatedTls: FailureMeaning = {
  definition: OUTBOUND_ERRORS.tls_outdated,
  phrase:
    'supports only outdated encryption (older than TLS 1.2, or with weak keys). ' +
    'Enable TLS 1.2 or later on the server, or use another URL.',
};
const clientCertificate: FailureMeaning = {
  definition: OUTBOUND_ERRORS.tls_client_certificate,
  phrase:
    'requires a client certificate, which Pressroom does not send. Use a URL that works without one.',
};
const notHttp: FailureMeaning = {
  definition: OUTBOUND_ERRORS.response_invalid,
  phrase: 'did not send a valid HTTP response. Check the host and port in the URL.',
};

const BY_CODE: Record<string, FailureMeaning> = {
  ECONNREFUSED: refused,
  ECONNRESET: reset,
  EPIPE: reset,
  ECONNABORTED: reset,
  ETIMEDOUT: timedOut,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  EADDRNOTAVAIL: unreachable,
  EHOSTDOWN: unreachable,
  ENOTFOUND: notFound,
  ENODATA: notFound,
  EAI_AGAIN: nameServer,
  EAI_FAIL: nameServer,
  ETIMEOUT: nameServer,
  EPROTO: certificate,
  CERT_HAS_EXPIRED: expiredCertificate,
  ERR_TLS_CERT_ALTNAME_INVALID: otherNames,
  DEPTH_ZERO_SELF_SIGNED_CERT: selfSigned,
  SELF_SIGNED_CERT_IN_CHAIN: selfSigned,
};

/** OpenSSL's verification codes as Node names them (`tls`, "X509 certificate error codes"). */
const CERTIFICATE =
  /CERT|SELF_SIGNED|UNABLE_TO_|CRL|^ERR_SSL_|^ERR_TLS_|INVALID_CA|INVALID_PURPOSE/;

/** Errors of OpenSSL 3 for servers that support only outdated TLS versions or weak keys. */
const OUTDATED_TLS =
  /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|KEY_TOO_SMALL|MD_TOO_WEAK|LEGACY_RENEGOTIATION|HANDSHAKE_FAILURE|NO_CIPHERS/;
const CLIENT_CERTIFICATE = /ALERT_CERTIFICATE_REQUIRED|ALERT_NO_CERTIFICATE/;
/** The server has no certificate for the name in the request (SNI). */
const UNKNOWN_NAME = /UNRECOGNIZED_NAME/;
const NOT_TLS = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/;

/** Converts a connection error to a message for users, with the retry policy. */
export function connectionError(error: unknown, host: string): AppError {
  const own = findInCauses(error, (cause) => cause instanceof AppError);
  if (own) return own as AppError;

  const { definition, phrase } = findMeaning(findCode(error), findReason(error));
  return new OutboundError(definition, { message: `${host} ${phrase}`, cause: error });
}

function findMeaning(code: string, reason: string): FailureMeaning {
  if (code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE') return incompleteChain;
  if (CLIENT_CERTIFICATE.test(code) || CLIENT_CERTIFICATE.test(reason)) return clientCertificate;
  if (UNKNOWN_NAME.test(code) || UNKNOWN_NAME.test(reason)) return otherNames;
  if (OUTDATED_TLS.test(code) || OUTDATED_TLS.test(reason)) return outdatedTls;
  if (NOT_TLS.test(code) || NOT_TLS.test(reason)) return notHttp;
  if (BY_CODE[code]) return BY_CODE[code];
  if (CERTIFICATE.test(code)) return certificate;
  if (code.startsWith('HPE_')) return notHttp;
  const definition = OUTBOUND_ERRORS.connection_failed;
  return { definition, phrase: `caused a connection error. ${AGAIN}` };
}

function findCode(error: unknown): string {
  const coded = findInCauses(error, (cause) => {
    const code = (cause as { code?: unknown }).code;
    return typeof code === 'string' && !code.startsWith('ERR_BAD') && code !== 'ERR_NETWORK';
  });
  return (coded as { code: string } | undefined)?.code ?? '';
}

/**
 * Returns the OpenSSL message of an EPROTO error: "…:SSL routines:ssl3_read_bytes:tlsv1 alert protocol
 * version:…".
 */
function findReason(error: unknown): string {
  const failed = findInCauses(error, (cause) => (cause as { code?: unknown }).code === 'EPROTO');
  return ((failed as Error | undefined)?.message ?? '').toUpperCase().replaceAll(' ', '_');
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
