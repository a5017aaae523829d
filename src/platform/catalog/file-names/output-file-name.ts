import { cleanName, PLACEHOLDERS, usableName } from './clean-name.js';

/** The values of an output that are known after compression. */
export interface OutputFacts {
  /** Name of the output; empty for the only output of an upload without `outputs`. */
  output: string;
  width: number;
  height: number;
}

/**
 * Returns the name of one output of an image, without extension. The names of different outputs differ: without
 * `{output}` in the template, the name of the output follows at the end.
 * @param name as `RowFileNames` returned it
 */
export function outputFileName(name: string, { output, width, height }: OutputFacts): string {
  const known = name
    .replace(PLACEHOLDERS.width, String(width))
    .replace(PLACEHOLDERS.height, String(height));
  const isNamed = known.includes(PLACEHOLDERS.output);
  if (!isNamed && output === '') return usableName(known);
  const full = isNamed ? known.replace(PLACEHOLDERS.output, output) : `${known}-${output}`;
  return usableName(cleanName(full));
}
