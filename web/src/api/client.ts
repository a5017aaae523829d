import { askForKey, getKey } from './key.js';
import { rememberCall, type CallRecord } from './recent-calls.js';
import type { AccessToken, Problem, ReportToken } from './types.js';

/** Problem document for a call without a response. `ErrorNotice` adds a sentence if the page retries automatically. */
export const NOT_RESPONDING = {
  detail: 'Pressroom is not responding. Check your connection. The server may be restarting.',
};

/** The server returned no 2xx response, or no response at all (`status` 0). `problem` is its problem document. */
export class ApiError extends Error {
  override name = 'ApiError';

  constructor(
    readonly status: number,
    readonly problem: Partial<Problem> & { detail: string },
  ) {
    super(problem.detail);
  }
}

export interface CallOptions {
  method?: 'GET' | 'POST' | 'DELETE';
  body?: FormData | object;
  signal?: AbortSignal;
  /** Requested media type, for endpoints that offer several. */
  accept?: string;
  /** Shell command for Setup help. Setup help does not show calls without a command. */
  record?: Omit<CallRecord, 'at'>;
}

/** Calls the API with the key of this session. Prompts for a key when the API requires one. */
export async function callApi(path: string, options: CallOptions = {}): Promise<Response> {
  const { method = 'GET', body, signal, record, accept } = options;
  if (record) rememberCall(record);
  for (;;) {
    const key = getKey();
    const response = await fetch(path, {
      method,
      signal,
      headers: {
        ...(key ? { Authorization: `Bearer ${key}` } : {}),
        ...(accept ? { Accept: accept } : {}),
        ...(body && !(body instanceof FormData) ? { 'Content-Type': 'application/json' } : {}),
      },
      body: body instanceof FormData ? body : body && JSON.stringify(body),
    }).catch((error: unknown) => {
      if (signal?.aborted) throw error;
      throw new ApiError(0, NOT_RESPONDING);
    });
    if (response.status === 401 && (await askForKey(key))) continue;
    if (!response.ok && response.status !== 304) throw await toApiError(response);
    return response;
  }
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await callApi(path, { signal })).json() as Promise<T>;
}

/**
 * Downloads a file of a request through a link. The browser streams the file to disk and reports truncation;
 * `fetch` would buffer the file in memory. A link cannot send the key, so its URL contains a token for this
 * request.
 * @param suffix path and query after the request ID, for example `/errors`
 */
export async function downloadFile(requestId: string, suffix = ''): Promise<void> {
  const path = `/download/${requestId}${suffix}`;
  const separator = path.includes('?') ? '&' : '?';
  const access = await createAccessToken(requestId);
  openDownload(access ? `${path}${separator}token=${encodeURIComponent(access.token)}` : path, '');
}

/** Creates a token for links to a request. Returns null if the page has no key, because links then need no token. */
const createAccessToken = (requestId: string) =>
  createToken<AccessToken>(`/requests/${requestId}/token`);

/** Creates a token that grants access only to the report of a request. Returns null if the page has no key. */
export const createReportToken = (requestId: string) =>
  createToken<ReportToken>(`/requests/${requestId}/report/token`);

async function createToken<Token>(path: string): Promise<Token | null> {
  if (!getKey()) return null;
  const response = await callApi(path, { method: 'POST' });
  return (await response.json()) as Token;
}

function openDownload(href: string, name: string): void {
  const link = document.createElement('a');
  link.href = href;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}

/** Downloads a file that this page created. */
export function saveBlob(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  openDownload(url, name);
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Returns the error for a response that is not 2xx. */
export async function toApiError(response: Response): Promise<ApiError> {
  const text = await response.text();
  try {
    const problem = JSON.parse(text) as Problem;
    if (typeof problem.detail === 'string') return new ApiError(response.status, problem);
  } catch {
    // A response without a problem document comes from a proxy between this page and the app.
  }
  return new ApiError(response.status, {
    detail: `The server returned ${response.status} ${response.statusText}.`,
  });
}
