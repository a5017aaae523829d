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
  /** First part of a deliberately incomplete body. */
  partialBody?: string;
  timeoutMs: number;
}

/**
 * Calls a URL and returns the response, even if the request body is incomplete. Returns undefined if
 * no response arrives in time.
 *
 * @throws Error from the connection or TLS
 */
export function callProxy(url: URL, call: ProxyCall): Promise<ProxyResponse | undefined> {
  const { method = 'GET', headers, partialBody, timeoutMs } = call;
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    // Uses a new connection for each call, because a connection with an incomplete body cannot be reused.
    const request = send(url, { method, headers, agent: false });
    const timer = setTimeout(() => {
      resolve(undefined);
      request.destroy();
    }, timeoutMs);
    request.once('error', (cause) => {
      clearTimeout(timer);
      reject(cause);
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
