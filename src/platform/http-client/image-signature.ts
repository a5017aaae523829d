/** Read as Latin-1: one character a byte. */
const SIGNATURES: readonly RegExp[] = [
  /^\xFF\xD8\xFF/, // JPEG
  /^\x89PNG\r\n/,
  /^GIF8[79]a/,
  /^RIFF[^]{4}WEBP/,
  /^(II[*+]\0|MM\0[*+])/, // TIFF, BigTIFF
  /^[^]{4}ftyp/, // AVIF, HEIC
];

/** Bytes that {@link beginsLikeImage} looks at. */
export const SIGNATURE_BYTES = 12;

/** Whether a file begins with the signature of an image format. The decoder still checks the format. */
export function beginsLikeImage(head: Buffer): boolean {
  const text = head.toString('latin1', 0, SIGNATURE_BYTES);
  return SIGNATURES.some((signature) => signature.test(text));
}
