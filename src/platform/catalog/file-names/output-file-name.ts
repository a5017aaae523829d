import { cleanName, PLACEHOLDERS, toUsableName } from './clean-name.js';

/** Values of an output that are known only after compression. */
export interface OutputNameValues {
  /** Name of the output; empty for the only output of an upload without `outputs`. */
  output: string;
  width: number;
  height: number;
}

/**
 * Returns the name of one output of an image, without its extension. If the template does not contain `{output}`, the
 * output name is appended. Different outputs therefore have different names.
 * @param name the name that `RowFileNames` returned
 */
export function formatOutputFileName(
  name: string,
  { output, width, height }: OutputNameValues,
): string {
  const sizedName = name
    .replace(PLACEHOLDERS.width, String(width))
    .replace(PLACEHOLDERS.height, String(height));
  const hasOutputField = sizedName.includes(PLACEHOLDERS.output);
  if (!hasOutputField && output === '') return toUsableName(sizedName);
  const fullName = hasOutputField
    ? sizedName.replace(PLACEHOLDERS.output, output)
    : `${sizedName}-${output}`;
  return toUsableName(cleanName(fullName));
}
