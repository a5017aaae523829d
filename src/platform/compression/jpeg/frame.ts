/** The size of an image and the sampling factors of its components (ITU-T T.81, B.2.2). */
export interface Frame {
  width: number;
  height: number;
  components: {
    id: number;
    horizontal: number;
    vertical: number;
    quantizationTableIndex: number;
  }[];
}

/** Reads a frame header. @returns undefined if the precision is not 8 bits or a DNL segment defines the height */
export function readFrame(payload: Buffer): Frame | undefined {
  if (payload.length < 6 || payload[0] !== 8) return undefined;
  const count = payload[5];
  if (payload.length !== 6 + 3 * count) return undefined;
  const components = Array.from({ length: count }, (_, i) => {
    const [id, sampling, quantizationTableIndex] = payload.subarray(6 + 3 * i, 9 + 3 * i);
    return { id, horizontal: sampling >> 4, vertical: sampling & 15, quantizationTableIndex };
  });
  const [height, width] = [payload.readUInt16BE(1), payload.readUInt16BE(3)];
  return width > 0 && height > 0 ? { width, height, components } : undefined;
}

/** Returns whether all three components have the same number of samples (4:4:4). */
export function isFullChroma(components: Frame['components']): boolean {
  const [luma, ...chroma] = components;
  return (
    chroma.length === 2 &&
    chroma.every(
      ({ horizontal, vertical }) => horizontal === luma.horizontal && vertical === luma.vertical,
    )
  );
}
