export const insertBytes = (bytes: Buffer, offset: number, inserted: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, offset), inserted, bytes.subarray(offset)]);
