import type { CompressionOptions } from '../compression/compression-options.js';

/** An output that a request creates for each image. */
export interface RequestOutput {
  /** Unique within the request; empty for the only output of an upload without `outputs`. */
  name: string;
  options: CompressionOptions;
}

/** Returns the outputs in order. A request without `outputs` has one unnamed output. */
export function outputsOf({
  outputs,
  options,
}: {
  outputs: RequestOutput[] | null;
  options: CompressionOptions;
}): RequestOutput[] {
  return outputs ?? [{ name: '', options }];
}

/** Returns true if a target score or a maximum size determines the quality of each image. */
export const isQualityChosen = ({ target_score, max_bytes }: CompressionOptions): boolean =>
  (target_score ?? max_bytes) !== undefined;
