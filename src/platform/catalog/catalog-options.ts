import type { Delimiter } from './csv/delimiters.js';
import type { Encoding } from './text/encodings.js';

/** What the user says about a product file; all of it is found out where it is left out. */
export interface CatalogOptions {
  /** Header names of the image columns, in any order. */
  imageColumns?: readonly string[];
  /** Empty: none; the serial number is the name. */
  nameColumn?: string;
  /** Empty: none; rows are numbered. */
  serialColumn?: string;
  /** Row of the header, from 1; 0: the file has none. */
  headerRow?: number;
  delimiter?: Delimiter;
  encoding?: Encoding;
  /** Name of the sheet (XLSX). */
  sheet?: string;
  /** Folder that file names and relative paths belong to. */
  baseUrl?: string;
  /** Refuses the file when any row has a problem. */
  strict?: boolean;
}
