import { toApiError, ApiError, NOT_RESPONDING } from '../api/client.js';

interface OperatorCall {
  method?: 'GET' | 'POST' | 'DELETE';
  body?: object;
  /** Admin key, only to sign in. Later calls use the session cookie. */
  key?: string;
  signal?: AbortSignal;
}

/** Calls the operator API with this browser's session, never with this tab's API key. */
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

export async function getOperatorJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await callOperator(path, { signal })).json() as Promise<T>;
}

export const isAuthError = (error: Error | undefined): boolean =>
  error instanceof ApiError && (error.status === 401 || error.status === 403);

/** Returns a label for an owner. Calls without a key belong to the owner with an empty name. */
export const formatOwnerName = (owner: string): string => (owner === '' ? '(no key)' : owner);
