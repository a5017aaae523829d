import { formatOutputFileName } from '../../platform/catalog/file-names/output-file-name.js';
import type { OutputOnPage } from '../../platform/database/repositories/products.js';
import { formatArtifactName, formatArtifactPath } from '../../platform/storage/artifact-key.js';

/**
 * Formats the path of an output under `/images/`.
 * @param output name of the output; empty for the only output of an upload without `outputs`
 * @param fileName file name of the image; null without `filename_template`
 */
export function formatImagePath(
  file: Pick<OutputOnPage, 'artifact_key' | 'format' | 'width' | 'height'>,
  output: string,
  fileName: string | null,
): string {
  const { artifact_key, format, width, height } = file;
  if (fileName === null) return formatArtifactName(artifact_key, format);
  return formatArtifactPath(
    artifact_key,
    format,
    formatOutputFileName(fileName, { output, width, height }),
  );
}
