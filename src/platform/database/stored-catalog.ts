import type { CatalogDescription } from '../catalog/catalog-reader.js';
import type { ProcessingRequest } from './entities/processing-request.entity.js';

type StoredCatalog = Pick<
  ProcessingRequest,
  'catalog' | 'header' | 'columns' | 'urlColumn' | 'dialect'
>;

/**
 * Returns the description of a request's product file. Also supports requests that the previous version
 * stored.
 */
export function readStoredCatalog(request: StoredCatalog): CatalogDescription {
  const { catalog, header, columns, urlColumn, dialect } = request;
  if (catalog !== null) return catalog;
  const findColumnIndex = (name: string) => {
    const index = header.indexOf(name);
    return index < 0 ? null : index;
  };
  return {
    layout: {
      format: 'csv',
      ...dialect,
      quotedLines: false,
      backslashQuotes: false,
      strayQuotes: 0,
    },
    platform: 'generic',
    headerRow: 1,
    header,
    preamble: [],
    imageColumns: [urlColumn],
    serialColumn: findColumnIndex(columns.serial_number),
    nameColumn: findColumnIndex(columns.product_name),
  };
}

/**
 * Returns the columns that describe a product file, including the columns that the previous version reads.
 * Removes or replaces characters that PostgreSQL cannot store.
 */
export function toCatalogColumns(description: CatalogDescription): StoredCatalog {
  const catalog = toStorable(description);
  const { header, imageColumns, serialColumn, nameColumn, layout } = catalog;
  const [urlColumn] = imageColumns;
  const getColumnName = (column: number | null) => (column === null ? '' : header[column]);
  const { delimiter, newline, encoding, bom } = layout;
  return {
    catalog,
    header,
    columns: {
      serial_number: getColumnName(serialColumn),
      product_name: getColumnName(nameColumn ?? serialColumn),
      input_image_urls: getColumnName(urlColumn),
    },
    urlColumn,
    dialect: { delimiter, newline, encoding, bom },
  };
}

/** Removes NUL characters and replaces unpaired surrogates, which `jsonb` rejects. */
function toStorable(description: CatalogDescription): CatalogDescription {
  const text = JSON.stringify(description, (_, value: unknown) =>
    typeof value === 'string' ? Buffer.from(value.replaceAll('\0', '')).toString() : value,
  );
  return JSON.parse(text) as CatalogDescription;
}
