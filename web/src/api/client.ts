import { askForKey, currentKey } from './key.js';
import { rememberCall, type CallRecord } from './last-call.js';
import type { AccessToken, Problem, ReportToken } from './types.js';

/** Message without a retry. Callers that retry automatically add that. */
export const NOT_RESPONDING = {
  detail: 'Pressroom is not responding. Check your connection; the server may be restarting.',
};

/** A response other than 2xx, or no response (`status` 0). `problem` is the problem document of the API. */
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
  /** Media type of the response, where there are several. */
  accept?: string;
  /** Shell command of the call for Setup help. Without it, Setup help does not show the call. */
  record?: Omit<CallRecord, 'at'>;
}

/** Calls the API with the key of this session. Prompts for a key when the API requires one. */
export async function call(path: string, options: CallOptions = {}): Promise<Response> {
  const { method = 'GET', body, signal, record, accept } = options;
  if (record) rememberCall(record);
  for (;;) {
    const key = currentKey();
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
  return (await call(path, { signal })).json() as Promise<T>;
}

/**
 * Downloads a file of a request by a link. The browser streams it to disk and reports a truncated file.
 * `fetch` would hold the whole file in memory. A link cannot carry the key, so it carries a token for this
 * request.
 */
export async function save(requestId: string, file = ''): Promise<void> {
  const path = `/download/${requestId}${file}`;
  const separator = path.includes('?') ? '&' : '?';
  const access = await accessToken(requestId);
  openDownload(access ? `${path}${separator}token=${encodeURIComponent(access.token)}` : path, '');
}

/** Returns a token for links to a request. Null if the page has no key: links then work without one. */
const accessToken = (requestId: string) => createToken<AccessToken>(`/requests/${requestId}/token`);

/** Returns a token that opens the report of a request alone. Null if the page has no key. */
export const reportToken = (requestId: string) =>
  createToken<ReportToken>(`/requests/${requestId}/report/token`);

async function createToken<Token>(path: string): Promise<Token | null> {
  if (!currentKey()) return null;
  const response = await call(path, { method: 'POST' });
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
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  openDownload(url, name);
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Returns the error of a response other than 2xx. */
export async function toApiError(response: Response): Promise<ApiError> {
  const text = await response.text();
  try {
    const problem = JSON.parse(text) as Problem;
    if (typeof problem.detail === 'string') return new ApiError(response.status, problem);
  } catch {
    // Without a problem document, a proxy between this page and the app has answered.
  }
  return new ApiError(response.status, {
    detail: `The server answered ${response.status} ${response.statusText}.`,
  });
}
