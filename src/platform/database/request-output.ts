import type { CompressionOptions } from '../compression/compression-options.js';

/** One output of each image of a request. */
export interface RequestOutput {
  /** Unique within the request; empty for the only output of an upload without `outputs`. */
  name: string;
  options: CompressionOptions;
}

/** Returns the outputs in order. A request without `outputs` has one without a name. */
export function outputsOf({
  outputs,
  options,
}: {
  outputs: RequestOutput[] | null;
  options: CompressionOptions;
}): RequestOutput[] {
  return outputs ?? [{ name: '', options }];
}

/** Returns true if the quality of each image is chosen, by a target score or a maximum size. */
export const isQualityChosen = ({ target_score, max_bytes }: CompressionOptions): boolean =>
  (target_score ?? max_bytes) !== undefined;
