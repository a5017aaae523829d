import type { CatalogColumn, ColumnRole } from '../../api/types.js';

/** The user's corrections to the detected options. Absent options keep the detected value. */
export interface FileOptions {
  imageColumns?: string[];
  /** Empty for no column. */
  nameColumn?: string;
  /** Empty for no column. */
  serialColumn?: string;
  /** Row number from 1; 0 if the file has no header row. */
  headerRow?: number;
  delimiter?: string;
  encoding?: string;
  sheet?: string;
  /** Base URL for file names and relative paths. */
  baseUrl?: string;
}

/** Returns the form fields for the options that the user corrected. */
export function toFileFields(options: FileOptions): [string, string][] {
  const { imageColumns, headerRow } = options;
  const fields: [string, string | undefined][] = [
    ['image_columns', imageColumns && JSON.stringify(imageColumns)],
    ['name_column', toColumnField(options.nameColumn)],
    ['serial_column', toColumnField(options.serialColumn)],
    ['header_row', headerRow?.toString()],
    ['delimiter', options.delimiter],
    ['encoding', options.encoding],
    ['sheet', options.sheet],
    ['base_url', options.baseUrl],
  ];
  return fields.filter((field): field is [string, string] => field[1] !== undefined);
}

/** Returns an empty list for no column, because the API treats an empty field as absent. */
const toColumnField = (name: string | undefined) => (name === '' ? '[]' : name);

/** Changes options that affect the column names, and therefore resets the chosen columns. */
export const changeReadingOptions = (
  options: FileOptions,
  changes: Pick<FileOptions, 'headerRow' | 'delimiter' | 'encoding' | 'sheet'>,
): FileOptions => ({
  ...options,
  ...changes,
  imageColumns: undefined,
  nameColumn: undefined,
  serialColumn: undefined,
});

/** Assigns a role to a column. Only one column can be the product name, and only one the serial number. */
export function assignRole(
  header: readonly CatalogColumn[],
  options: FileOptions,
  index: number,
  role: ColumnRole | null,
): FileOptions {
  const roles = getRoles(header, options).map((previous, i) => {
    if (i === index) return role;
    return role !== 'image' && previous === role ? null : previous;
  });
  const findColumnNames = (expectedRole: ColumnRole) =>
    header.filter((_, i) => roles[i] === expectedRole).map(({ name }) => name);
  return {
    ...options,
    imageColumns: findColumnNames('image'),
    nameColumn: findColumnNames('product_name')[0] ?? '',
    serialColumn: findColumnNames('serial_number')[0] ?? '',
  };
}

/** Returns the role of each column: the user's choice, otherwise the detected role. */
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
