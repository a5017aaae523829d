/** What is known about the product files of a shop system or marketplace. Data, not code. */
export interface Platform {
  /** Name in the API: `platform` of the upload's answer. */
  id: string;
  /** Name on the page. */
  title: string;
  /** Header names that only this platform's files have together. One complete list is enough. */
  signatures: readonly (readonly string[])[];
  /** How a line before the header starts in this platform's templates. */
  preamble?: string;
  /** Image columns; `#` stands for a number. Columns with other names are found as in any file. */
  images: readonly string[];
  /** Columns that look like image columns by their name or cells and are none; `#` stands for a number. */
  notImages?: readonly string[];
  /** Several columns name the same image for different uses: it is one image of its row. */
  sharesImages?: boolean;
  /** Column that identifies a product, best first. */
  serial: readonly string[];
  /** Column with the product's name, best first. */
  name: readonly string[];
  /** Turns a media reference of the platform into a URL. */
  mediaUrl?: (text: string) => string | undefined;
  /** Public pages or files that the names were read from. */
  sources: readonly string[];
}
