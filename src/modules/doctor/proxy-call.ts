import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';

export interface ProxyResponse {
  status: number;
  contentType: string;
  body: string;
}

interface ProxyCall {
  method?: string;
  headers?: Record<string, string | number>;
  /** First bytes of a deliberately incomplete body. */
  partialBody?: string;
  timeoutMs: number;
}

/**
 * Calls a URL, and returns the response even if the body of the call is incomplete. Returns undefined without an
 * answer in time.
 *
 * @throws Error of the connection or of TLS
 */
export function callProxy(url: URL, call: ProxyCall): Promise<ProxyResponse | undefined> {
  const { method = 'GET', headers, partialBody, timeoutMs } = call;
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    // Uses a new connection for each call, because an incomplete body makes it unusable for others.
    const request = send(url, { method, headers, agent: false });
    const timer = setTimeout(() => {
      resolve(undefined);
      request.destroy();
    }, timeoutMs);
    request.once('error', (thrown) => {
      clearTimeout(timer);
      reject(thrown);
    });
    request.once('response', (response) => {
      text(response)
        .then((body) =>
          resolve({
            status: response.statusCode!,
            contentType: response.headers['content-type'] ?? '',
            body,
          }),
        )
        .catch(reject)
        .finally(() => {
          clearTimeout(timer);
          request.destroy();
        });
    });
    if (partialBody === undefined) request.end();
    else request.write(partialBody);
  });
}
