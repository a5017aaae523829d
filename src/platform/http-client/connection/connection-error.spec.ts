import { AxiosError } from 'axios';
import { describe, expect, it } from 'vitest';
import { toConnectionError } from './connection-error.js';
import { AddressDeniedError } from '../outbound-errors.js';

describe('toConnectionError()', () => {
  it.each([
    ['ECONNREFUSED', 'connection_refused', 'later'],
    ['ECONNRESET', 'connection_reset', 'later'],
    ['ETIMEDOUT', 'connection_timed_out', 'later'],
    ['EHOSTUNREACH', 'host_unreachable', 'later'],
    ['ENETUNREACH', 'host_unreachable', 'later'],
    ['EAI_AGAIN', 'name_server_unavailable', 'later'],
    ['ENOTFOUND', 'host_not_found', 'never'],
    ['CERT_HAS_EXPIRED', 'tls_invalid', 'never'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls_invalid', 'never'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls_chain_incomplete', 'never'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls_invalid', 'never'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls_invalid', 'never'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'response_invalid', 'never'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls_outdated', 'never'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tls_client_certificate', 'never'],
    ['ERR_SSL_DH_KEY_TOO_SMALL', 'tls_outdated', 'never'],
    ['EPROTO', 'tls_invalid', 'never'],
    ['HPE_HEADER_OVERFLOW', 'response_invalid', 'never'],
    ['ESOMETHINGNEW', 'connection_failed', 'later'],
  ])(
    'toConnectionError() converts %s to %s with the retry policy "%s"',
    (code, expected, retry) => {
      const error = AxiosError.from(Object.assign(new Error(code), { code }));
      expect(toConnectionError(error, 'shop.example')).toMatchObject({ code: expected, retry });
    },
  );

  it.each([
    ['CERT_HAS_EXPIRED', /expired certificate/],
    ['ERR_SSL_TLSV1_UNRECOGNIZED_NAME', /certificate for other host names/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /certificate for other host names/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /self-signed certificate/],
  ])('toConnectionError() explains the certificate error %s', (code, pattern) => {
    const error = Object.assign(new Error(code), { code });
    expect(toConnectionError(error, 'shop.example').message).toMatch(pattern);
  });

  it.each([
    ['tlsv1 alert protocol version', 'tls_outdated'],
    ['unsupported protocol', 'tls_outdated'],
    ['tlsv13 alert certificate required', 'tls_client_certificate'],
    ['wrong version number', 'response_invalid'],
    ['bad record mac', 'tls_invalid'],
  ])('toConnectionError() maps EPROTO with the reason "%s" to the code %s', (reason, expected) => {
    const message = `write EPROTO 80:error:0A00042E:SSL routines:ssl3_read_bytes:${reason}:a.c:1`;
    const error = Object.assign(new Error(message), { code: 'EPROTO' });
    expect(toConnectionError(error, 'shop.example')).toMatchObject({ code: expected });
  });

  it('toConnectionError() returns the AppError that axios wrapped', () => {
    const deniedError = new AddressDeniedError('shop.example', '10.0.0.1');
    expect(toConnectionError(AxiosError.from(deniedError), 'shop.example')).toBe(deniedError);
  });

  it('toConnectionError() includes the host and keeps the cause for the log', () => {
    const cause = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
    const error = toConnectionError(cause, 'shop.example');
    expect(error.message).toMatch(/^shop\.example refused/);
    expect(error.cause).toBe(cause);
  });
});
