import { DistinctNames } from '../../platform/catalog/file-names/distinct-names.js';
import { formatOutputFileName } from '../../platform/catalog/file-names/output-file-name.js';
import { FORMATS } from '../../platform/compression/formats/index.js';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import type { CompletedImage } from '../../platform/database/repositories/completed-images.js';
import { zipName } from './zip-name.js';

/** Names the entries of one ZIP, in the order of the file. */
export class ZipNames {
  private readonly names = new DistinctNames();

  constructor(private readonly request: Pick<ProcessingRequest, 'products' | 'outputs'>) {}

  /** Returns the name of the file in its URL, or a name of row, product and position without a template. */
  getEntryName(image: CompletedImage): string {
    const { products, outputs } = this.request;
    const { fileName, format, width, height } = image;
    const output = outputs?.[image.output]?.name ?? '';
    if (fileName === null) return zipName(image, products, output);
    // Stored names differ. Those of outputs may be equal: width 12 after "a1" is width 112 after "a".
    const name = this.names.addName(formatOutputFileName(fileName, { output, width, height }));
    return `${name}.${FORMATS[format].extension}`;
  }
}
