/** PostgreSQL types of batch columns and their values in TypeScript. An undefined value becomes NULL. */
interface SqlTypes {
  bigint: string | undefined;
  bool: boolean | undefined;
  image_status: string;
  int: number | undefined;
  real: number | undefined;
  text: string | null | undefined;
  uuid: string;
}

type Columns = Record<string, keyof SqlTypes>;
type UnnestedRow<C extends Columns> = { readonly [Name in keyof C]: SqlTypes[C[Name]] };

/** Rows that a statement receives as one array parameter per column. */
export interface UnnestedRows<C extends Columns> {
  /** Returns the FROM item, such as `unnest($1::bigint[], $2::uuid[]) AS l (id, lease)`. */
  toFromItem(alias: string): string;
  /** Returns the parameters: one array per column, in the order of the columns. */
  toArrays(rows: readonly UnnestedRow<C>[]): unknown[][];
}

/**
 * Describes the rows of a batch by the names and types of their columns. The text of a statement does not
 * depend on the number of rows, so it can be prepared.
 *
 * @param firstParameter number of the first parameter
 * @example
 * const LEASES = unnest({ id: 'bigint', lease: 'uuid' });
 * `SELECT * FROM ${LEASES.toFromItem('l')}`; // parameters: LEASES.toArrays(rows)
 */
export function unnest<const C extends Columns>(columns: C, firstParameter = 1): UnnestedRows<C> {
  const names = Object.keys(columns);
  const arrays = names.map((name, index) => `$${firstParameter + index}::${columns[name]}[]`);
  return {
    toFromItem: (alias) => `unnest(${arrays.join(', ')}) AS ${alias} (${names.join(', ')})`,
    toArrays: (rows) => names.map((name) => rows.map((row) => row[name])),
  };
}
