/** ITU-T T.81, B.2.2: the size of the picture, and its components as they are sampled. */
export interface Frame {
  width: number;
  height: number;
  components: { id: number; across: number; down: number; steps: number }[];
}

/** @returns nothing for what is not of 8 bits, or says its height elsewhere */
export function readFrame(payload: Buffer): Frame | undefined {
  if (payload.length < 6 || payload[0] !== 8) return undefined;
  const count = payload[5];
  if (payload.length !== 6 + 3 * count) return undefined;
  const components = Array.from({ length: count }, (_, i) => {
    const [id, sampling, steps] = payload.subarray(6 + 3 * i, 9 + 3 * i);
    return { id, across: sampling >> 4, down: sampling & 15, steps };
  });
  const [height, width] = [payload.readUInt16BE(1), payload.readUInt16BE(3)];
  return width > 0 && height > 0 ? { width, height, components } : undefined;
}
