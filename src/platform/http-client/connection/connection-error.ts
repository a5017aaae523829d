import { AppError } from '../../errors/app-error.js';
import { OutboundError } from '../outbound-errors.js';
import type { ErrorDefinition } from '../../errors/error-definition.js';
import { OUTBOUND_ERRORS } from '../error-table.js';

interface Meaning {
  definition: ErrorDefinition;
  /** Continues "<host> …". */
  says: string;
}

const AGAIN = 'Check that the server is up, then retry.';

const refused: Meaning = {
  definition: OUTBOUND_ERRORS.connection_refused,
  says: `refused the connection. ${AGAIN}`,
};
const reset: Meaning = {
  definition: OUTBOUND_ERRORS.connection_reset,
  says: `closed the connection unexpectedly. ${AGAIN}`,
};
const timedOut: Meaning = {
  definition: OUTBOUND_ERRORS.connection_timed_out,
  says: `did not answer. ${AGAIN}`,
};
const unreachable: Meaning = {
  definition: OUTBOUND_ERRORS.host_unreachable,
  says: `can't be reached from here. ${AGAIN}`,
};
const notFound: Meaning = {
  definition: OUTBOUND_ERRORS.host_not_found,
  says: 'does not exist. Check the host name in the URL for typos.',
};
const nameServer: Meaning = {
  definition: OUTBOUND_ERRORS.name_server_unavailable,
  says: 'could not be looked up. Check the name server, then retry.',
};
const certificate: Meaning = {
  definition: OUTBOUND_ERRORS.tls_invalid,
  says: 'has no valid TLS certificate. Renew the certificate of the host, or use another URL.',
};
const expiredCertificate: Meaning = {
  ...certificate,
  says: 'has an expired certificate. Have it renewed on the server, or use another URL.',
};
const otherNames: Meaning = {
  ...certificate,
  says: 'has a certificate for other host names. Use one of these names in the URL, or have the certificate replaced.',
};
const selfSigned: Meaning = {
  ...certificate,
  says:
    'has a self-signed certificate. Have a certificate from a public authority installed. ' +
    'For a private authority, set NODE_EXTRA_CA_CERTS.',
};
const incompleteChain: Meaning = {
  definition: OUTBOUND_ERRORS.tls_chain_incomplete,
  says:
    'does not send its intermediate certificate, or has a certificate from an unknown authority. ' +
    'Browsers fetch the missing certificate themselves. Install the full chain on the server. ' +
    'For a private authority, set NODE_EXTRA_CA_CERTS.',
};
const outdatedTls: Meaning = {
  definition: OUTBOUND_ERRORS.tls_outdated,
  says:
    'supports only outdated encryption (older than TLS 1.2, or with weak keys). ' +
    'Enable TLS 1.2 or later on the server, or use another URL.',
};
const notHttp: Meaning = {
  definition: OUTBOUND_ERRORS.response_invalid,
  says: 'did not send a valid HTTP response. Check the host and port in the URL.',
};

const BY_CODE: Record<string, Meaning> = {
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
const NOT_TLS = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/;

/** Converts a connection error to a message for users, with the retry policy. */
export function connectionError(error: unknown, host: string): AppError {
  const own = findInCauses(error, (cause) => cause instanceof AppError);
  if (own) return own as AppError;

  const { definition, says } = meaningOf(codeOf(error), reasonOf(error));
  return new OutboundError(definition, { message: `${host} ${says}`, cause: error });
}

function meaningOf(code: string, reason: string): Meaning {
  if (code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE') return incompleteChain;
  if (OUTDATED_TLS.test(code) || OUTDATED_TLS.test(reason)) return outdatedTls;
  if (NOT_TLS.test(code) || NOT_TLS.test(reason)) return notHttp;
  if (BY_CODE[code]) return BY_CODE[code];
  if (CERTIFICATE.test(code)) return certificate;
  if (code.startsWith('HPE_')) return notHttp;
  const definition = OUTBOUND_ERRORS.connection_failed;
  return { definition, says: `caused a connection error. ${AGAIN}` };
}

function codeOf(error: unknown): string {
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
function reasonOf(error: unknown): string {
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
