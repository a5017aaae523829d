/** Header of a file that a system exports. A long header contains only the columns that identify the system. */
export type ExportedHeader = readonly [
  platform: string,
  file: string,
  header: string,
  imageColumns: string[],
  serialColumn: string,
  nameColumn: string,
];
