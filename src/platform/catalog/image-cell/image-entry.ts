import type { RowErrorCode } from '../row-error-table.js';

/** Reason why an entry of an image cell cannot be downloaded. */
export interface EntryFault {
  /** Stable code in snake_case. */
  code: RowErrorCode;
  /** Describes the problem and how to fix it. */
  message: string;
}

/** Encoding of the URL in its cell. */
export type EntryEscaping = 'none' | 'html' | 'json' | 'json-slashes';

/** One image reference in an image cell. Without `url` and `fault`, it is an empty list item (`a,,c`). */
export interface ImageEntry {
  /** Range of the URL's text in the cell: `start` is inclusive, `end` is exclusive. */
  start: number;
  end: number;
  /** Absolute URL to download. */
  url?: string;
  fault?: EntryFault;
  escaping: EntryEscaping;
}

/** Context in which the references in an image cell are resolved. */
export interface ImageCellContext {
  /** Base URL for file names and relative paths (`base_url` of the upload). */
  baseUrl?: string;
  /** Converts the platform's own media reference to a URL. Returns undefined for any other text. */
  toMediaUrl?: (text: string) => string | undefined;
}
