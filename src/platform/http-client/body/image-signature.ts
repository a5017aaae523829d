/** Signatures in Latin-1, with one character per byte. */
const SIGNATURES: readonly RegExp[] = [
  /^\xFF\xD8\xFF/, // JPEG
  /^\x89PNG\r\n/,
  /^GIF8[79]a/,
  /^RIFF[^]{4}WEBP/,
  /^(II[*+]\0|MM\0[*+])/, // TIFF, BigTIFF
  /^[^]{4}ftyp/, // AVIF, HEIC
];

/** Number of bytes that {@link hasImageSignature} reads. */
export const SIGNATURE_BYTES = 12;

/**
 * Returns true if a file begins with the signature of an image format. The decoder still checks the
 * format.
 */
export function hasImageSignature(head: Buffer): boolean {
  const text = head.toString('latin1', 0, SIGNATURE_BYTES);
  return SIGNATURES.some((signature) => signature.test(text));
}
