/** Converts integers. Other values, such as `12abc` or a repeated field, remain unchanged and fail validation. */
export const toInteger = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' && /^-?\d{1,9}$/.test(value.trim()) ? Number(value) : value;

export const toBoolean = ({ value }: { value: unknown }): unknown =>
  value === 'true' ? true : value === 'false' ? false : value;

/**
 * Example value for an optional field. Swagger UI sends every example, and generates missing ones. An empty
 * field counts as absent.
 */
export const EMPTY_FIELD = '';
