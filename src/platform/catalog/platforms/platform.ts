/** Known column names and signatures of the product files of a platform. Data, not code. */
export interface Platform {
  /** Name in the API: `platform` in the response to an upload. */
  id: string;
  /** Display name. */
  title: string;
  /** Header names that only this platform's files have together. One complete list is enough. */
  signatures: readonly (readonly string[])[];
  /** Start of a line before the header in this platform's templates. */
  preamble?: string;
  /** Image columns. `#` matches a number. Columns with other names are detected as in any file. */
  images: readonly string[];
  /** Columns whose names or cells look like image columns, but are not. `#` matches a number. */
  notImages?: readonly string[];
  /** Several columns name the same image for different uses. It counts as one image of its row. */
  sharesImages?: boolean;
  /** Column that identifies a product, in order of preference. */
  serial: readonly string[];
  /** Column with the product's name, in order of preference. */
  name: readonly string[];
  /** Converts a media reference of the platform to a URL. */
  mediaUrl?: (text: string) => string | undefined;
  /** Public pages or files that document the names. */
  sources: readonly string[];
}
