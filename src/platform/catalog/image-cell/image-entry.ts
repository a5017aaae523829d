import type { RowErrorCode } from '../error-table.js';

/** Why an entry of an image cell names no image that can be downloaded. */
export interface EntryFault {
  /** Stable, snake_case. */
  code: RowErrorCode;
  /** What is wrong and how to fix it. */
  message: string;
}

/** How a URL is written inside its cell. */
export type EntryEscaping = 'none' | 'html' | 'json' | 'json-slashes';

/** One image reference of an image cell. Without `url` and `fault` it is an empty list item (`a,,c`). */
export interface ImageEntry {
  /** Position of the URL's text in the cell: from `start` up to, not including, `end`. */
  start: number;
  end: number;
  /** Absolute URL to download. */
  url?: string;
  fault?: EntryFault;
  escaping: EntryEscaping;
}

/** What an image cell may refer to without saying it. */
export interface ImageCellContext {
  /** Folder that file names and relative paths belong to (the upload's `base_url`). */
  baseUrl?: string;
  /** Turns the platform's own media reference into a URL; undefined when the text is none. */
  mediaUrl?: (text: string) => string | undefined;
}
