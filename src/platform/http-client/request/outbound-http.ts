import http, { type RequestOptions } from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import {
  create as createAxios,
  isAxiosError,
  type AxiosInstance,
  type RawAxiosResponseHeaders,
} from 'axios';
import { toConnectionError } from '../connection/connection-error.js';
import type { AgentPair, Destination, OutboundAgents } from '../connection/guarded-agent.js';
import { MAX_HEADER_BYTES } from '../connection/lenient-connection.js';
import { OriginRegistry } from '../origin/origin-registry.js';
import { buildDefaultUserAgent } from './request-headers.js';

/** One retry for an idle connection that the server closed, one for the lenient parser. */
const MAX_RETRIES = 2;

export interface OutboundCall {
  method: 'GET' | 'POST';
  url: URL;
  headers?: Record<string, string>;
  body?: Buffer;
  /** Reads the body until the connection ends, for a server that sends a wrong Content-Length. */
  ignoreLength?: boolean;
  signal: AbortSignal;
}

export interface OutboundResponse {
  status: number;
  /** Returns the value of a response header by its lower-case name. */
  readonly header: (name: string) => string | undefined;
  /** The values of all `Set-Cookie` headers. */
  setCookie: readonly string[];
  /**
   * The raw bytes as they arrive. The caller must read the stream to its end or destroy it.
   */
  body: Readable;
}

/**
 * Sends one HTTP request to an external server. Ignores proxy settings in the environment, follows no
 * redirects and decodes nothing. The agents check the address when they connect.
 */
export class OutboundHttp {
  private readonly axios: AxiosInstance;
  constructor(
    private readonly agents: OutboundAgents,
    userAgent = buildDefaultUserAgent(),
    private readonly origins = new OriginRegistry(),
  ) {
    this.axios = createAxios({
      proxy: false,
      maxRedirects: 0,
      decompress: false,
      responseType: 'stream',
      // Sends bytes and returns a stream without transformation.
      transformRequest: [],
      transformResponse: [],
      validateStatus: () => true,
      maxContentLength: -1,
      maxBodyLength: -1,
      headers: {
        'User-Agent': userAgent,
        'Accept-Encoding': 'identity',
      },
    });
  }

  /** @throws AppError for a failed connection; the reason of `signal` */
  async send(call: OutboundCall): Promise<OutboundResponse> {
    const { method, url, signal } = call;
    for (let retryCount = 0; ; retryCount += 1) {
      // The agents are selected before the request, because another download may set `needsLenientParser`
      // in the meantime.
      const agents = this.selectAgents(call);
      try {
        return await this.sendOnce(call, agents);
      } catch (error) {
        signal.throwIfAborted();
        const isMalformed = agents === this.agents && isParseError(error);
        const mayRetry = method === 'GET' && retryCount < MAX_RETRIES;
        if (!mayRetry || !(isMalformed || wasClosedWhileIdle(error))) {
          throw toConnectionError(error, url.hostname);
        }
        if (isMalformed) this.origins.getOrCreateOrigin(url.host).needsLenientParser = true;
      }
    }
  }

  private selectAgents({ method, url, ignoreLength }: OutboundCall): AgentPair {
    if (ignoreLength) return this.agents.lengthIgnoring;
    const isLenient =
      method === 'GET' && this.origins.getOrCreateOrigin(url.host).needsLenientParser;
    return isLenient ? this.agents.lenient : this.agents;
  }

  private async sendOnce(
    { method, url, headers, body, signal }: OutboundCall,
    agents: AgentPair,
  ): Promise<OutboundResponse> {
    const { httpAgent, httpsAgent } = agents;
    const isLenient = agents !== this.agents;
    // An error in the body ends the response; the next attempt is lenient.
    const onParseError = () => {
      if (method === 'GET') this.origins.getOrCreateOrigin(url.host).needsLenientParser = true;
    };
    const response = await this.axios.request<Readable>({
      httpAgent,
      httpsAgent,
      method,
      url: url.href,
      headers,
      data: body,
      signal,
      // Accepts spaces after a chunk size. The agents check the response head themselves.
      insecureHTTPParser: isLenient,
      transport: { request: createRequestFunction(signal, onParseError) },
    });
    // An abort emits 'error' on the body even before it is read.
    response.data.on('error', () => undefined);
    const responseHeaders = response.headers as RawAxiosResponseHeaders;
    return {
      status: response.status,
      header: (name) => responseHeaders[name]?.toString(),
      setCookie: toArray(responseHeaders['set-cookie']),
      body: response.data,
    };
  }
}

/**
 * Returns a request function that accepts long response headers, as browsers do. By default, Node.js
 * accepts 16 KB.
 *
 * @param onParseError called for a malformed response head or body
 */
function createRequestFunction(connectSignal: AbortSignal, onParseError: () => void) {
  return (
    options: RequestOptions,
    onResponse: (response: http.IncomingMessage) => void,
  ): http.ClientRequest => {
    const { request } = options.protocol === 'https:' ? https : http;
    const extraOptions: Partial<Destination> = { maxHeaderSize: MAX_HEADER_BYTES, connectSignal };
    const clientRequest = request(Object.assign(options, extraOptions), onResponse);
    return clientRequest.on('error', (error: NodeJS.ErrnoException) => {
      // An abort causes a DOMException, whose code is a number.
      if (String(error.code).startsWith('HPE_')) onParseError();
    });
  };
}

/** Returns true for a response that Node.js can't parse: `HPE_INVALID_HEADER_TOKEN` and similar codes. */
function isParseError(error: unknown): boolean {
  return isAxiosError(error) && (error.code ?? '').startsWith('HPE_');
}

function toArray(values: unknown): string[] {
  return Array.isArray(values) ? values.map(String) : [];
}

/**
 * Returns true if the server closed a reused connection when the request was sent. A retry on a new
 * connection shows whether the server is at fault.
 */
function wasClosedWhileIdle(error: unknown): boolean {
  if (!isAxiosError(error)) return false;
  const { reusedSocket } = error.request as { reusedSocket?: boolean };
  return reusedSocket === true && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}
