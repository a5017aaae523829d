import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { ApiError } from '../../api/client.js';
import { findLabel, replaceFieldName } from './field-labels.js';

/** Error messages by form field, for example `max_bytes` or `outputs[1].width`. */
export type FieldErrors = ReadonlyMap<string, string>;

export const FieldErrorsContext = createContext<FieldErrors>(new Map());

/** Returns the message of each rejected field. Empty if the error isn't related to a field. */
export function getFieldErrors(error: Error | undefined): FieldErrors {
  if (!(error instanceof ApiError)) return new Map();
  const { code, detail, errors = [] } = error.problem;
  const errorList: { field?: string | null; message: string }[] = code?.startsWith('webhook_url_')
    ? [{ field: 'webhook_url', message: detail }]
    : errors;
  return new Map(
    errorList.flatMap(({ field, message }) =>
      field ? [[field, replaceFieldName(field, message)]] : [],
    ),
  );
}

/**
 * Returns an error that lists the rejected fields, because each field shows its own message. Returns the error
 * unchanged if the page has no label for one of the fields.
 */
export function summarizeFieldErrors(error: Error | undefined): Error | undefined {
  const labels = [...getFieldErrors(error).keys()].map(findLabel);
  if (labels.length === 0 || labels.includes(undefined)) return error;
  return new Error(`The catalog was not uploaded. Check these fields: ${labels.join('; ')}.`);
}

/** Returns attributes that mark a rejected input and connect it to its message. */
export function useFieldError(field: string, describedBy?: string) {
  const hasError = useContext(FieldErrorsContext).has(field);
  const ids = [hasError && toElementId(field), describedBy].filter(Boolean).join(' ');
  return { 'aria-invalid': hasError, 'aria-describedby': ids || undefined };
}

/** Shows the error message of a field, if there is one. */
export function FieldError({ field }: { field: string }) {
  const message = useContext(FieldErrorsContext).get(field);
  if (message === undefined) return null;
  return (
    <p id={toElementId(field)} class="small wrong">
      {message}
    </p>
  );
}

const toElementId = (field: string): string => `error-${field.replace(/[^a-z0-9_]/g, '-')}`;
