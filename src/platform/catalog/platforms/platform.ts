/** Known column names and signatures of a platform's product files. */
export interface Platform {
  /** ID in the API (`platform` in the response to an upload). */
  id: string;
  /** Display name. */
  title: string;
  /** Combinations of header names that only this platform's files contain. One complete list is enough. */
  signatures: readonly (readonly string[])[];
  /** Start of a line before the header in this platform's templates. */
  preamble?: string;
  /** Image columns. `#` matches a number. Columns with other names are detected as in other files. */
  imageColumns: readonly string[];
  /** Columns that look like image columns by name or content, but are not. `#` matches a number. */
  excludedColumns?: readonly string[];
  /** True if several columns refer to the same image for different uses. It counts as one image of its row. */
  sharesImages?: boolean;
  /** Columns that identify a product, in order of preference. */
  serialColumns: readonly string[];
  /** Columns that contain the product name, in order of preference. */
  nameColumns: readonly string[];
  /** Converts a platform-specific media reference to a URL. Returns undefined for any other text. */
  toMediaUrl?: (text: string) => string | undefined;
  /** Public pages or files that document the names. */
  sources: readonly string[];
}
