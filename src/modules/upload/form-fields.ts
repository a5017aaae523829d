/** Strictly: `12abc` and a field sent twice stay as they are and fail the check. */
export const asInteger = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' && /^-?\d{1,9}$/.test(value.trim()) ? Number(value) : value;

export const asBoolean = ({ value }: { value: unknown }): unknown =>
  value === 'true' ? true : value === 'false' ? false : value;

/**
 * The example of an optional field. Swagger UI fills in every example, or makes one up, and sends it; an
 * empty field counts as absent.
 */
export const LEFT_EMPTY = '';
