import type { Env } from '../../platform/config/env.js';
import { error, type Finding, ok, describeCause, warning } from './finding.js';
import { callProxy, type ProxyResponse } from './proxy-call.js';

const TIMEOUT_MS = 5000;
/** Content type that is not a form, so the app responds before it reads the body. */
const UNSUPPORTED_TYPE = 'application/x-pressroom-doctor';

/** Calls the app at `PUBLIC_URL`, through any reverse proxy in front of the app. */
export async function* checkProxy(publicUrl: string, env: Env): AsyncGenerator<Finding> {
  const baseUrl = publicUrl.endsWith('/') ? publicUrl : `${publicUrl}/`;
  let liveResponse: ProxyResponse | undefined;
  try {
    liveResponse = await callProxy(new URL('health/live', baseUrl), { timeoutMs: TIMEOUT_MS });
  } catch (cause) {
    yield createUnreachableFinding(baseUrl, describeCause(cause));
    return;
  }
  const version = liveResponse && readHttpVersion(liveResponse);
  if (version === undefined) {
    yield createUnreachableFinding(
      baseUrl,
      liveResponse ? `status ${liveResponse.status}` : 'no response within 5 s',
    );
    return;
  }
  yield ok('proxy.connection', `The app responds at ${baseUrl}.`);
  yield describeVersion(version);
  yield* checkUpload(new URL('upload', baseUrl), env.MAX_UPLOAD_BYTES);
}

const createUnreachableFinding = (baseUrl: string, reason: string): Finding =>
  warning(
    'proxy.connection',
    `Pressroom does not respond at PUBLIC_URL ${baseUrl} (${reason}).`,
    'Start the app, then check PUBLIC_URL, its DNS entry, its certificate and the reverse proxy.',
  );

/** Returns the HTTP version with which the call reached the app; undefined if a different server responded. */
function readHttpVersion({ status, contentType, body }: ProxyResponse): string | undefined {
  if (status !== 200 || !contentType.startsWith('application/json')) return undefined;
  try {
    const { http_version: version } = JSON.parse(body) as { http_version?: string };
    return version;
  } catch {
    return undefined;
  }
}

const describeVersion = (version: string): Finding =>
  version === '1.0'
    ? error(
        'proxy.http_version',
        'The reverse proxy calls the app with HTTP/1.0, which cannot tell a truncated download from a complete one.',
        'Set proxy_http_version 1.1 and proxy_set_header Connection "" in nginx.',
      )
    : ok('proxy.http_version', `Calls reach the app with HTTP/${version}.`);

/**
 * Starts an upload with the maximum `Content-Length` and sends its first byte. The app rejects the type immediately.
 * A proxy with a smaller limit returns 413, and a proxy that buffers uploads does not call the app.
 */
async function* checkUpload(url: URL, maxBytes: number): AsyncGenerator<Finding> {
  const headers = { 'content-type': UNSUPPORTED_TYPE, 'content-length': maxBytes };
  const call = { method: 'POST', headers, partialBody: ' ', timeoutMs: TIMEOUT_MS };
  const response = await callProxy(url, call);
  const size = `${Math.ceil(maxBytes / 2 ** 20)} MiB`;
  if (response === undefined) {
    yield warning(
      'proxy.request_buffering',
      'The reverse proxy buffers each upload before it calls the app.',
      'Set proxy_request_buffering off in nginx.',
    );
  } else if (response.contentType.startsWith('application/problem+json')) {
    yield ok('proxy.body_size', `The reverse proxy accepts uploads of ${size}.`);
    yield ok('proxy.request_buffering', 'The reverse proxy does not buffer uploads.');
  } else if (response.status === 413) {
    yield error(
      'proxy.body_size',
      `The reverse proxy rejects uploads of ${size} (MAX_UPLOAD_BYTES).`,
      `Set client_max_body_size ${Math.ceil(maxBytes / 2 ** 20)}m in nginx, or lower MAX_UPLOAD_BYTES.`,
    );
  } else {
    yield warning(
      'proxy.body_size',
      `A server other than Pressroom responded to an upload to PUBLIC_URL with the status ${response.status}.`,
      'Check the rules of the reverse proxy for POST /upload.',
    );
  }
}
