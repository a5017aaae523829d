import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { ApiError } from '../api/client.js';

/** Messages of the API by form field, such as `max_bytes` or `outputs[1].width`. */
export type RefusedFields = ReadonlyMap<string, string>;

export const RefusedFieldsContext = createContext<RefusedFields>(new Map());

/** Returns an empty map for an error that is about no field. */
export function refusedFieldsOf(error: Error | undefined): RefusedFields {
  if (!(error instanceof ApiError)) return new Map();
  const { code, detail, errors = [] } = error.problem;
  if (code?.startsWith('webhook_url_')) return new Map([['webhook_url', detail]]);
  return new Map(errors.flatMap(({ field, message }) => (field ? [[field, message]] : [])));
}

/** Returns attributes that mark a refused input and connect it with its message. */
export function useRefusal(field: string, describedBy?: string) {
  const isRefused = useContext(RefusedFieldsContext).has(field);
  const ids = [isRefused && idOf(field), describedBy].filter(Boolean).join(' ');
  return { 'aria-invalid': isRefused, 'aria-describedby': ids || undefined };
}

/** Message of the API about a field; nothing if it was not refused. */
export function Refusal({ field }: { field: string }) {
  const message = useContext(RefusedFieldsContext).get(field);
  if (message === undefined) return null;
  return (
    <p id={idOf(field)} class="small wrong">
      {message}
    </p>
  );
}

const idOf = (field: string): string => `refused-${field.replace(/[^a-z0-9_]/g, '-')}`;
