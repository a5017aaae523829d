import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import {
  create as createAxios,
  isAxiosError,
  type AxiosInstance,
  type RawAxiosResponseHeaders,
} from 'axios';
import { VERSION } from '../config/version.js';
import { connectionError } from './connection-error.js';

export interface OutboundCall {
  method: 'GET' | 'POST';
  url: URL;
  headers?: Record<string, string>;
  body?: Buffer;
  signal: AbortSignal;
}

export interface OutboundAnswer {
  status: number;
  /** A response header's value by its lower-case name. */
  readonly header: (name: string) => string | undefined;
  /** The values of all `Set-Cookie` headers. */
  setCookie: readonly string[];
  /** The bytes as they arrive, neither decoded nor counted. Read it to the end or destroy it. */
  body: Readable;
}

/**
 * One HTTP call to a stranger: no proxy of the environment, no redirect followed, nothing decoded,
 * through agents that check the address when they connect (RELIABILITY: outbound HTTP).
 */
export class OutboundHttp {
  private readonly axios: AxiosInstance;

  constructor(agents: { httpAgent: HttpAgent; httpsAgent: HttpsAgent }) {
    this.axios = createAxios({
      ...agents,
      proxy: false,
      maxRedirects: 0,
      decompress: false,
      responseType: 'stream',
      // Bytes go out and a stream comes in, as they are.
      transformRequest: [],
      transformResponse: [],
      validateStatus: () => true,
      maxContentLength: -1,
      maxBodyLength: -1,
      headers: {
        'User-Agent': `Pressroom/${VERSION}`,
        'Accept-Encoding': 'identity',
      },
    });
  }

  /** @throws AppError that says what a failed connection means; the signal's reason when aborted. */
  async send(call: OutboundCall): Promise<OutboundAnswer> {
    try {
      return await this.once(call);
    } catch (error) {
      call.signal.throwIfAborted();
      if (call.method !== 'GET' || !wasClosedWhileIdle(error)) {
        throw connectionError(error, call.url.hostname);
      }
    }
    return this.once(call).catch((error: unknown) => {
      call.signal.throwIfAborted();
      throw connectionError(error, call.url.hostname);
    });
  }

  private async once({
    method,
    url,
    headers,
    body,
    signal,
  }: OutboundCall): Promise<OutboundAnswer> {
    const response = await this.axios.request<Readable>({
      method,
      url: url.href,
      headers,
      data: body,
      signal,
    });
    // An abort emits 'error' on the body also when nobody reads it yet.
    response.data.on('error', () => undefined);
    const received = response.headers as RawAxiosResponseHeaders;
    return {
      status: response.status,
      header: (name) => received[name]?.toString(),
      setCookie: arrayOf(received['set-cookie']),
      body: response.data,
    };
  }
}

function arrayOf(values: unknown): string[] {
  return Array.isArray(values) ? values.map(String) : [];
}

/** A kept connection that the server closed just then; no fault, and a new connection tells. */
function wasClosedWhileIdle(error: unknown): boolean {
  if (!isAxiosError(error)) return false;
  const { reusedSocket } = error.request as { reusedSocket?: boolean };
  return reusedSocket === true && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}
