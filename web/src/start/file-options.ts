import type { CatalogColumn, ColumnRole } from '../api/types.js';

/** How to read the file, where the person disagrees with what was detected. Absent: detected. */
export interface FileOptions {
  imageColumns?: string[];
  /** Empty: no column. */
  nameColumn?: string;
  /** Empty: no column. */
  serialColumn?: string;
  /** From 1; 0: the file has none. */
  headerRow?: number;
  delimiter?: string;
  encoding?: string;
  sheet?: string;
  /** Folder that file names and relative paths belong to. */
  baseUrl?: string;
}

/** The fields of the API; only what differs from the detection. */
export function fileFieldsOf(options: FileOptions): [string, string][] {
  const { imageColumns, headerRow } = options;
  const fields: [string, string | undefined][] = [
    ['image_columns', imageColumns && JSON.stringify(imageColumns)],
    ['name_column', columnField(options.nameColumn)],
    ['serial_column', columnField(options.serialColumn)],
    ['header_row', headerRow?.toString()],
    ['delimiter', options.delimiter],
    ['encoding', options.encoding],
    ['sheet', options.sheet],
    ['base_url', options.baseUrl],
  ];
  return fields.filter((field): field is [string, string] => field[1] !== undefined);
}

/** An empty field counts as absent, so no column is written as an empty list. */
const columnField = (name: string | undefined) => (name === '' ? '[]' : name);

/** The names of the columns follow from these, so a choice of columns does not outlive a change. */
export const withReading = (
  options: FileOptions,
  change: Pick<FileOptions, 'headerRow' | 'delimiter' | 'encoding' | 'sheet'>,
): FileOptions => ({
  ...options,
  ...change,
  imageColumns: undefined,
  nameColumn: undefined,
  serialColumn: undefined,
});

/** Imports one column as something else. A name and a serial number come from one column each. */
export function withRole(
  header: readonly CatalogColumn[],
  options: FileOptions,
  index: number,
  role: ColumnRole | null,
): FileOptions {
  const roles = rolesOf(header, options).map((before, at) => {
    if (at === index) return role;
    return role !== 'image' && before === role ? null : before;
  });
  const named = (wanted: ColumnRole) =>
    header.filter((_, at) => roles[at] === wanted).map(({ name }) => name);
  return {
    ...options,
    imageColumns: named('image'),
    nameColumn: named('product_name')[0] ?? '',
    serialColumn: named('serial_number')[0] ?? '',
  };
}

/** What each column is imported as: the choice of the person, otherwise what was detected. */
export function rolesOf(
  header: readonly CatalogColumn[],
  { imageColumns, nameColumn, serialColumn }: FileOptions,
): (ColumnRole | null)[] {
  if (!imageColumns) return header.map(({ role }) => role);
  return header.map(({ name }) => {
    if (imageColumns.includes(name)) return 'image';
    if (name !== '' && name === nameColumn) return 'product_name';
    return name !== '' && name === serialColumn ? 'serial_number' : null;
  });
}
