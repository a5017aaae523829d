import { AppError, type RetryPolicy } from '../errors/app-error.js';
import { OutboundError } from './outbound-errors.js';

interface Meaning {
  code: string;
  retry: RetryPolicy;
  /** Continues "<host> …". */
  says: string;
}

const AGAIN = 'Check that the server is up, then retry.';

const refused: Meaning = {
  code: 'connection_refused',
  retry: 'later',
  says: `refused the connection. ${AGAIN}`,
};
const reset: Meaning = {
  code: 'connection_reset',
  retry: 'later',
  says: `broke off the connection. ${AGAIN}`,
};
const timedOut: Meaning = {
  code: 'connection_timed_out',
  retry: 'later',
  says: `did not answer. ${AGAIN}`,
};
const unreachable: Meaning = {
  code: 'host_unreachable',
  retry: 'later',
  says: `can't be reached from here. ${AGAIN}`,
};
const notFound: Meaning = {
  code: 'host_not_found',
  retry: 'never',
  says: 'does not exist. Check the host name in the URL for a typing error.',
};
const nameServer: Meaning = {
  code: 'name_server_unavailable',
  retry: 'later',
  says: 'could not be looked up. Check the name server, then retry.',
};
const certificate: Meaning = {
  code: 'tls_invalid',
  retry: 'never',
  says: 'has no valid certificate for https. Have it renewed, or use another URL.',
};
const notHttp: Meaning = {
  code: 'response_invalid',
  retry: 'never',
  says: 'did not answer as a web server does. Check the host and port in the URL.',
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
};

/** OpenSSL's verification codes as Node names them (`tls`, "X509 certificate error codes"). */
const CERTIFICATE =
  /CERT|SELF_SIGNED|UNABLE_TO_|CRL|^ERR_SSL_|^ERR_TLS_|INVALID_CA|INVALID_PURPOSE/;

/** What a failed connection means to a person, and whether it is worth another try. */
export function connectionError(error: unknown, host: string): AppError {
  const own = findInCauses(error, (cause) => cause instanceof AppError);
  if (own) return own as AppError;

  const { code, retry, says } = meaningOf(codeOf(error));
  return new OutboundError({ code, retry, message: `${host} ${says}`, cause: error });
}

function meaningOf(code: string): Meaning {
  if (BY_CODE[code]) return BY_CODE[code];
  if (CERTIFICATE.test(code)) return certificate;
  if (code.startsWith('HPE_')) return notHttp;
  return { code: 'connection_failed', retry: 'later', says: `could not be talked to. ${AGAIN}` };
}

function codeOf(error: unknown): string {
  const coded = findInCauses(error, (cause) => {
    const code = (cause as { code?: unknown }).code;
    return typeof code === 'string' && !code.startsWith('ERR_BAD') && code !== 'ERR_NETWORK';
  });
  return (coded as { code: string } | undefined)?.code ?? '';
}

/** axios wraps the error of the socket, sometimes twice; the innermost says what happened. */
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
