/**
 * Returns the SQL expression of the host of a URL, as WHATWG URL serializes it. The reader stores URLs in
 * the form that this needs (catalog/image-cell/serialize-host.ts). URLs of earlier versions can have a
 * default port, or a host in percent-encoding or Unicode. No pause holds those.
 *
 * @param column expression of the URL
 */
export const hostOfUrl = (column: string): string =>
  String.raw`lower(substring(${column} FROM '^[A-Za-z]+:[/\\]*(?:[^/\\?#@]*@)?([^/\\?#]+)'))`;
