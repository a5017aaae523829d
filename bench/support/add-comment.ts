import { crc32 } from 'node:zlib';

const PNG_HEADER_BYTES = 33;

/**
 * Adds a comment to an image. The bytes differ and the pixels stay the same, so the app does not recognize the
 * image. Returns two parts, because copying the large one costs time.
 */
export function addComment(image: Buffer, comment: string): [Buffer, Buffer] {
  return image[0] === 0x89 ? pngWithComment(image, comment) : jpegWithComment(image, comment);
}

function jpegWithComment(image: Buffer, comment: string): [Buffer, Buffer] {
  const head = Buffer.alloc(6 + comment.length);
  head.writeUInt32BE(0xffd8fffe, 0);
  head.writeUInt16BE(2 + comment.length, 4);
  head.write(comment, 6, 'latin1');
  return [head, image.subarray(2)];
}

function pngWithComment(image: Buffer, comment: string): [Buffer, Buffer] {
  const text = Buffer.from(`tEXtComment\0${comment}`, 'latin1');
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(text.length - 4);
  sum.writeUInt32BE(crc32(text));
  const head = Buffer.concat([image.subarray(0, PNG_HEADER_BYTES), length, text, sum]);
  return [head, image.subarray(PNG_HEADER_BYTES)];
}
