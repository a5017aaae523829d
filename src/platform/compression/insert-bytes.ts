export const insertBytes = (bytes: Buffer, offset: number, insertedBytes: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, offset), insertedBytes, bytes.subarray(offset)]);
