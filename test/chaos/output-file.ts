import Papa from 'papaparse';
import type { Bench } from './bench.js';
import type { StoredImage } from './stored-images.js';
import { type Catalog, HEADER } from './upload-client.js';
import type { UploadKind } from './upload-kinds.js';

/** Position of the image URLs in a catalog. */
const INPUT = HEADER.split(',').length - 1;

/** The output file of a request, by the names of its columns. */
export class OutputFile {
  private constructor(
    readonly header: string[],
    readonly rows: string[][],
  ) {}

  static async read(bench: Bench, requestId: string): Promise<OutputFile> {
    const response = await fetch(`${bench.url}/download/${requestId}`);
    if (!response.ok) throw new Error(`GET /download/${requestId}: ${response.status}`);
    const [header, ...rows] = Papa.parse<string[]>((await response.text()).trimEnd()).data;
    return new OutputFile(header, rows);
  }

  /** Returns the cells of one column. */
  column(name: string): string[] {
    const index = this.header.indexOf(name);
    return this.rows.map((cells) => cells[index] ?? '');
  }

  /**
   * Returns the URLs of images that the file lacks, or whose entries are those of another image.
   * @param failed URLs of images that may lack their outputs
   */
  missing(
    { rows, kind }: Catalog,
    images: readonly StoredImage[],
    failed: readonly string[],
  ): string[] {
    let next = 0;
    const imagesOfRows = rows.map((urls) => images.slice(next, (next += urls.length)));
    return rows.flatMap((urls, row) => {
      const cells = this.rows[row] ?? [];
      if (cells[INPUT] !== urls.join(',')) return urls;
      const of = (name: string) => cells[this.header.indexOf(name)] ?? '';
      return urls.filter((url, n) => {
        const image = imagesOfRows[row][n];
        const isExpected = image?.status === 'completed' || failed.includes(url);
        return !isExpected || !hasEntries(kind, of, n, image);
      });
    });
  }
}

/** Returns the header of an output file. */
export const outputHeader = ({ columns, srcset, check }: UploadKind): string[] => [
  ...HEADER.split(','),
  ...columns,
  ...[srcset, check].filter((name) => name !== undefined),
];

const isUrlOf = (key: string | undefined, url: string): boolean =>
  key === undefined ? url === '' : url.includes(`/${key}.`);

const isCheckOf = ({ status, audit }: StoredImage, text: string): boolean =>
  (text === 'pass') === (audit === '') && (text !== '') === (status === 'completed');

function hasEntries(
  { columns, srcset, check, hasFiles }: UploadKind,
  cellOf: (column: string) => string,
  position: number,
  image: StoredImage,
): boolean {
  const isCompleted = image.status === 'completed';
  const entry = (column: string, separator: string) =>
    cellOf(column).split(separator)[position] ?? '';
  return (
    image.keys.length === (isCompleted && hasFiles ? columns.length : 0) &&
    columns.every((column, output) => isUrlOf(image.keys[output], entry(column, ','))) &&
    (!srcset || (entry(srcset, ' | ') !== '') === isCompleted) &&
    (!check || isCheckOf(image, entry(check, ' | ')))
  );
}
