import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { ApiError } from '../../api/client.js';
import { findLabel, withLabel } from './field-labels.js';

/** Messages of the API by form field, such as `max_bytes` or `outputs[1].width`. */
export type RefusedFields = ReadonlyMap<string, string>;

export const RefusedFieldsContext = createContext<RefusedFields>(new Map());

/** Returns the refused fields; empty if the error concerns no field. */
export function getRefusedFields(error: Error | undefined): RefusedFields {
  if (!(error instanceof ApiError)) return new Map();
  const { code, detail, errors = [] } = error.problem;
  const refused: { field?: string | null; message: string }[] = code?.startsWith('webhook_url_')
    ? [{ field: 'webhook_url', message: detail }]
    : errors;
  return new Map(
    refused.flatMap(({ field, message }) => (field ? [[field, withLabel(field, message)]] : [])),
  );
}

/**
 * Returns an error that names the refused fields, where each has its message. Returns the error itself if the page
 * lacks one of the fields.
 */
export function withFieldNames(error: Error | undefined): Error | undefined {
  const labels = [...getRefusedFields(error).keys()].map(findLabel);
  if (labels.length === 0 || labels.includes(undefined)) return error;
  return new Error(`Nothing was uploaded. Check: ${labels.join('; ')}.`);
}

/** Returns attributes that mark a refused input and connect it with its message. */
export function useRefusal(field: string, describedBy?: string) {
  const isRefused = useContext(RefusedFieldsContext).has(field);
  const ids = [isRefused && toElementId(field), describedBy].filter(Boolean).join(' ');
  return { 'aria-invalid': isRefused, 'aria-describedby': ids || undefined };
}

/** Message of the API about a field; nothing if it was not refused. */
export function Refusal({ field }: { field: string }) {
  const message = useContext(RefusedFieldsContext).get(field);
  if (message === undefined) return null;
  return (
    <p id={toElementId(field)} class="small wrong">
      {message}
    </p>
  );
}

const toElementId = (field: string): string => `refused-${field.replace(/[^a-z0-9_]/g, '-')}`;
