/**
 * Returns the SQL expression of the host of a URL, as WHATWG URL serializes it, for a URL without a
 * default port.
 *
 * @param column expression of the URL
 */
export const hostOfUrl = (column: string): string =>
  `lower(substring(${column} FROM '^[A-Za-z]+://(?:[^/?#@]*@)?([^/?#]+)'))`;
