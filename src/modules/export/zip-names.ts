import { DistinctNames } from '../../platform/catalog/file-names/distinct-names.js';
import { formatOutputFileName } from '../../platform/catalog/file-names/output-file-name.js';
import { FORMATS } from '../../platform/compression/formats/index.js';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import type { CompletedImage } from '../../platform/database/repositories/completed-images.js';
import { formatZipName } from './zip-name.js';

/** Names the entries of one ZIP, in file order. */
export class ZipNames {
  private readonly names = new DistinctNames();

  constructor(private readonly request: Pick<ProcessingRequest, 'products' | 'outputs'>) {}

  /** Returns the file name from the URL. Without a template, builds a name from row, product and position. */
  getEntryName(image: CompletedImage): string {
    const { products, outputs } = this.request;
    const { fileName, format, width, height } = image;
    const output = outputs?.[image.output]?.name ?? '';
    if (fileName === null) return formatZipName(image, products, output);
    // Stored names are unique, but output names may collide: "a1" with width 12 equals "a" with width 112.
    const name = this.names.addName(formatOutputFileName(fileName, { output, width, height }));
    return `${name}.${FORMATS[format].extension}`;
  }
}
