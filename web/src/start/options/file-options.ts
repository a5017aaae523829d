import type { CatalogColumn, ColumnRole } from '../../api/types.js';

/** Corrections of the detection by the user. An absent option is detected. */
export interface FileOptions {
  imageColumns?: string[];
  /** Empty: no column. */
  nameColumn?: string;
  /** Empty: no column. */
  serialColumn?: string;
  /** Row number from 1. 0 when the file has no header row. */
  headerRow?: number;
  delimiter?: string;
  encoding?: string;
  sheet?: string;
  /** Folder that file names and relative paths belong to. */
  baseUrl?: string;
}

/** Returns the form fields of the options that differ from the detection. */
export function toFileFields(options: FileOptions): [string, string][] {
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

/** Options that change the column names. A change of one resets the choice of columns. */
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

/** Changes the role of a column. Only one column has the name, and one the serial number. */
export function withRole(
  header: readonly CatalogColumn[],
  options: FileOptions,
  index: number,
  role: ColumnRole | null,
): FileOptions {
  const roles = getRoles(header, options).map((before, at) => {
    if (at === index) return role;
    return role !== 'image' && before === role ? null : before;
  });
  const findNamedColumn = (wanted: ColumnRole) =>
    header.filter((_, at) => roles[at] === wanted).map(({ name }) => name);
  return {
    ...options,
    imageColumns: findNamedColumn('image'),
    nameColumn: findNamedColumn('product_name')[0] ?? '',
    serialColumn: findNamedColumn('serial_number')[0] ?? '',
  };
}

/** Returns the role of each column: the choice of the user, otherwise the detected role. */
export function getRoles(
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
