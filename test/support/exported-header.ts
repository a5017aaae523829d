/** Header of a file as a system exports it; of a long header, the columns that identify the system. */
export type ExportedHeader = readonly [
  platform: string,
  file: string,
  header: string,
  imageColumns: string[],
  serialColumn: string,
  nameColumn: string,
];
