import { crc32 } from 'node:zlib';

const PNG_HEADER_BYTES = 33;

/**
 * Adds a comment to an image. The bytes change and the pixels stay the same, so the app treats it as a
 * new image. Returns two parts, because copying the large part takes time.
 */
export function addComment(image: Buffer, comment: string): [Buffer, Buffer] {
  return image[0] === 0x89 ? addPngComment(image, comment) : addJpegComment(image, comment);
}

function addJpegComment(image: Buffer, comment: string): [Buffer, Buffer] {
  const head = Buffer.alloc(6 + comment.length);
  head.writeUInt32BE(0xffd8fffe, 0);
  head.writeUInt16BE(2 + comment.length, 4);
  head.write(comment, 6, 'latin1');
  return [head, image.subarray(2)];
}

function addPngComment(image: Buffer, comment: string): [Buffer, Buffer] {
  const text = Buffer.from(`tEXtComment\0${comment}`, 'latin1');
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(text.length - 4);
  checksum.writeUInt32BE(crc32(text));
  const head = Buffer.concat([image.subarray(0, PNG_HEADER_BYTES), length, text, checksum]);
  return [head, image.subarray(PNG_HEADER_BYTES)];
}
