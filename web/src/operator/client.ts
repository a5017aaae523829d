import { toApiError, ApiError, NOT_RESPONDING } from '../api/client.js';

interface OperatorCall {
  method?: 'GET' | 'POST' | 'DELETE';
  body?: object;
  /** Admin key, for the sign-in only. Later calls have the cookie of the session. */
  key?: string;
  signal?: AbortSignal;
}

/** Calls the operator API with the session of this browser, never with the API key of this tab. */
export async function callOperator(path: string, options: OperatorCall = {}): Promise<Response> {
  const { method = 'GET', body, key, signal } = options;
  const response = await fetch(`/operator${path}`, {
    method,
    signal,
    headers: {
      ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
      ...(body ? { 'Content-Type': 'application/json' } : {}),
    },
    body: body && JSON.stringify(body),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiError(0, NOT_RESPONDING);
  });
  if (!response.ok) throw await toApiError(response);
  return response;
}

export async function readOperator<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await callOperator(path, { signal })).json() as Promise<T>;
}

export const isSignedOut = (error: Error | undefined): boolean =>
  error instanceof ApiError && (error.status === 401 || error.status === 403);

/** Names of owners without API keys are empty. */
export const ownerName = (owner: string): string => (owner === '' ? '(no key)' : owner);
