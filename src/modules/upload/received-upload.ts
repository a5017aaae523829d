import type { FirstUpload } from '../../platform/database/repositories/repeated-uploads.js';
import type { CatalogStore } from './ingest/catalog-store.js';
import type { ProblemList } from './problem-list.js';
import type { ParsedFile } from './read-product-file.js';

/** A product file that was read completely, with its uncommitted transaction. */
export interface ReceivedCatalog {
  /** Empty for a link. */
  fileSha256: string;
  requestId: string;
  filename: string;
  file: ParsedFile;
  /** Undefined in a dry run whose option `dry_run` preceded the file. */
  store?: CatalogStore;
}

/** An upload with an `Idempotency-Key` that was used before. Its file was hashed but not parsed. */
export interface RepeatedUpload {
  fileSha256: string;
  firstUpload: FirstUpload;
  store?: undefined;
}

/** A dry run whose client requested the list of all problems. */
export interface ListedProblems {
  problems: ProblemList;
  store?: undefined;
}

/** Result of reading an upload. */
export type ReceivedUpload = ReceivedCatalog | RepeatedUpload | ListedProblems;
