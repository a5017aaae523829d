import type { Delimiter } from './csv/delimiters.js';
import type { Encoding } from './text/encodings.js';

/** Options of a product file. The reader detects every omitted option. */
export interface CatalogOptions {
  /** Header names of the image columns, in any order. */
  imageColumns?: readonly string[];
  /** Empty: no column; the serial number is used as the name. */
  nameColumn?: string;
  /** Empty: no column; rows are numbered. */
  serialColumn?: string;
  /** Row of the header, from 1; 0: the file has none. */
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
