import type { Delimiter } from './csv/delimiters.js';
import type { Encoding } from './text/encodings.js';

/** Options of a product file. The reader detects every omitted option. */
export interface CatalogOptions {
  /** Header names of the image columns, in any order. */
  imageColumns?: readonly string[];
  /** If empty, no column is read and the serial number is used as the name. */
  nameColumn?: string;
  /** If empty, no column is read and rows are numbered. */
  serialColumn?: string;
  /** Header row number, from 1; 0 if the file has no header. */
  headerRow?: number;
  delimiter?: Delimiter;
  encoding?: Encoding;
  /** Name of the sheet (XLSX). */
  sheet?: string;
  /** Base URL for file names and relative paths. */
  baseUrl?: string;
  /** Rejects the file if any row has a problem. */
  strict?: boolean;
}
