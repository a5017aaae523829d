import { Transform } from 'class-transformer';

/**
 * Reads a whole number from a query parameter. Rejects `1e2`, `0x10` and the empty string, which Number()
 * accepts.
 */
export const WholeNumber = () =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value,
  );
