/** A response without an image: an error or a page. */
export interface PageResponse {
  status: number;
  header: (name: string) => string | undefined;
  /** URL before all redirects. */
  startUrl: URL;
  /** URL after all redirects. */
  finalUrl: URL;
  /** The beginning of the body. */
  page: string;
  userAgent: string;
}
