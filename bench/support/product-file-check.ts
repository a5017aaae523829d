import Papa from 'papaparse';
import type { StoredImage } from '../../test/chaos/stored-images.js';

/** Outputs that the output file should contain. */
export interface CheckedOutputs {
  names: readonly string[];
  hasSrcset: boolean;
  /** Name of the audit column. */
  checkColumn?: string;
}

/** Compares the output files of a request with its uploaded file and its images. */
export class ProductFileCheck {
  private readonly header: string[];
  private readonly rows: string[][];
  private readonly imagesByRow: StoredImage[][];

  /**
   * @param uploadedText the CSV, with one URL in each filled cell of the image columns
   * @param columns names of the image columns
   * @param images all images, in file order
   */
  constructor(
    uploadedText: string,
    private readonly columns: readonly string[],
    images: readonly StoredImage[],
    private readonly outputs: CheckedOutputs,
  ) {
    [this.header, ...this.rows] = parse(uploadedText);
    let nextImageIndex = 0;
    this.imagesByRow = this.rows.map((row) => {
      const filledColumns = this.columns.filter((name) => row[this.header.indexOf(name)]);
      return images.slice(nextImageIndex, (nextImageIndex += filledColumns.length));
    });
  }

  /** Returns the problems of the file from `output=append`. */
  checkAppendedFile(text: string): string[] {
    const [header, ...rows] = parse(text);
    const { names, hasSrcset, checkColumn } = this.outputs;
    const problems: string[] = [];
    const addedColumns = this.columns.flatMap((column) =>
      names.map((name) => `Output ${column} ${name}`),
    );
    if (hasSrcset) addedColumns.push(...this.columns.map((column) => `Output ${column} srcset`));
    if (checkColumn) addedColumns.push(checkColumn);
    if (header.join() !== [...this.header, ...addedColumns].join())
      problems.push(`header ${header.join()}`);
    if (rows.length !== this.rows.length) problems.push(`${rows.length} rows`);
    for (const [i, row] of this.rows.entries()) {
      const getCell = (name: string) => rows[i]?.[header.indexOf(name)] ?? '';
      if (this.header.some((_, n) => rows[i]?.[n] !== row[n])) problems.push(`cells of row ${i}`);
      const images = this.imagesByRow[i];
      const filledColumns = this.columns.filter((name) => row[this.header.indexOf(name)]);
      for (const [n, column] of filledColumns.entries()) {
        const image = images[n];
        if (image.url !== row[this.header.indexOf(column)]) problems.push(`image of row ${i}`);
        for (const [output, name] of names.entries()) {
          if (!isUrlForKey(image.keys[output], getCell(`Output ${column} ${name}`))) {
            problems.push(`output ${name} of row ${i}`);
          }
        }
        if (hasSrcset && !isSrcsetForImage(image, getCell(`Output ${column} srcset`))) {
          problems.push(`srcset of row ${i}`);
        }
      }
      if (checkColumn && !areChecksComplete(images, getCell(checkColumn)))
        problems.push(`${checkColumn} of row ${i}`);
    }
    return problems;
  }

  /** Returns the problems of the file from `output=replace`. */
  checkReplacedFile(text: string): string[] {
    const [header, ...rows] = parse(text);
    if (header.join() !== this.header.join()) return [`replace: header ${header.join()}`];
    return this.rows.flatMap((row, i) => {
      const images = [...this.imagesByRow[i]];
      const isWrong = row.some((cell, n) => {
        const outputCell = rows[i]?.[n];
        const image = this.columns.includes(this.header[n]) && cell ? images.shift() : undefined;
        const [key] = image?.keys ?? [];
        return key === undefined ? outputCell !== cell : !isUrlForKey(key, outputCell);
      });
      return isWrong ? [`replace: row ${i}`] : [];
    });
  }
}

const parse = (text: string): string[][] => Papa.parse<string[]>(text.trimEnd()).data;

const isUrlForKey = (key: string | undefined, url: string): boolean =>
  key === undefined ? url === '' : url.includes(`/images/${key}.`);

/** Returns true if each entry names an output, in ascending order of width. */
function isSrcsetForImage({ keys }: StoredImage, value: string): boolean {
  if (keys.length === 0) return value === '';
  const entries = value.split(', ').map((entry) => entry.split(' '));
  const widths = entries.map(([, width]) => parseInt(width, 10));
  const isSorted = widths.every((width, i) => i === 0 || width > widths[i - 1]);
  return isSorted && entries.every(([url]) => keys.some((key) => isUrlForKey(key, url)));
}

function areChecksComplete(images: readonly StoredImage[], value: string): boolean {
  if (images.length === 0) return value === '';
  const entries = value.split(' | ');
  return (
    entries.length === images.length &&
    images.every(({ audit }, i) => (entries[i] === 'pass') === (audit === '')) &&
    images.every(({ audit }, i) => (entries[i] === '') === (audit === null))
  );
}
