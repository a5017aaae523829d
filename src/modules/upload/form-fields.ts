/** Converts integers only. `12abc` and a field that is sent twice stay unchanged and fail validation. */
export const toInteger = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' && /^-?\d{1,9}$/.test(value.trim()) ? Number(value) : value;

export const toBoolean = ({ value }: { value: unknown }): unknown =>
  value === 'true' ? true : value === 'false' ? false : value;

/**
 * Example of an optional field. Swagger UI sends every example, or generates one. An empty field
 * counts as absent.
 */
export const LEFT_EMPTY = '';
