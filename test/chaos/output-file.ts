import Papa from 'papaparse';
import type { ChaosFixture } from './chaos-fixture.js';
import type { StoredImage } from './stored-images.js';
import { type Catalog, HEADER } from './upload-client.js';
import type { UploadKind } from './upload-kinds.js';

/** Index of the column with the image URLs in a catalog. */
const INPUT_COLUMN = HEADER.split(',').length - 1;

/** The output file of a request. Its cells are read by column name. */
export class OutputFile {
  private constructor(
    readonly header: string[],
    readonly rows: string[][],
  ) {}

  static async read(fixture: ChaosFixture, requestId: string): Promise<OutputFile> {
    const response = await fetch(`${fixture.url}/download/${requestId}`);
    if (!response.ok) throw new Error(`GET /download/${requestId}: ${response.status}`);
    const [header, ...rows] = Papa.parse<string[]>((await response.text()).trimEnd()).data;
    return new OutputFile(header, rows);
  }

  /** Returns the cells of one column. */
  getColumn(name: string): string[] {
    const index = this.header.indexOf(name);
    return this.rows.map((cells) => cells[index] ?? '');
  }

  /**
   * Returns the URLs of images that the file lacks, or that have the entries of another image.
   * @param failedUrls URLs of images that may lack their outputs
   */
  findMissingUrls(
    { rows, kind }: Catalog,
    images: readonly StoredImage[],
    failedUrls: readonly string[],
  ): string[] {
    let nextIndex = 0;
    const imagesByRow = rows.map((urls) => images.slice(nextIndex, (nextIndex += urls.length)));
    return rows.flatMap((urls, row) => {
      const cells = this.rows[row] ?? [];
      if (cells[INPUT_COLUMN] !== urls.join(',')) return urls;
      const getCell = (name: string) => cells[this.header.indexOf(name)] ?? '';
      return urls.filter((url, position) => {
        const image = imagesByRow[row][position];
        const hasExpectedStatus = image?.status === 'completed' || failedUrls.includes(url);
        return !hasExpectedStatus || !hasExpectedEntries(kind, getCell, position, image);
      });
    });
  }
}

/** Returns the header of an output file. */
export const buildOutputHeader = ({ columns, srcsetColumn, checkColumn }: UploadKind): string[] => [
  ...HEADER.split(','),
  ...columns,
  ...[srcsetColumn, checkColumn].filter((name) => name !== undefined),
];

const isOutputUrl = (key: string | undefined, url: string): boolean =>
  key === undefined ? url === '' : url.includes(`/${key}.`);

const isExpectedCheck = ({ status, audit }: StoredImage, text: string): boolean =>
  (text === 'pass') === (audit === '') && (text !== '') === (status === 'completed');

function hasExpectedEntries(
  { columns, srcsetColumn, checkColumn, hasFiles }: UploadKind,
  getCell: (column: string) => string,
  position: number,
  image: StoredImage,
): boolean {
  const isCompleted = image.status === 'completed';
  const getEntry = (column: string, separator: string) =>
    getCell(column).split(separator)[position] ?? '';
  return (
    image.keys.length === (isCompleted && hasFiles ? columns.length : 0) &&
    columns.every((column, output) => isOutputUrl(image.keys[output], getEntry(column, ','))) &&
    (!srcsetColumn || (getEntry(srcsetColumn, ' | ') !== '') === isCompleted) &&
    (!checkColumn || isExpectedCheck(image, getEntry(checkColumn, ' | ')))
  );
}
