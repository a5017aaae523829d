export type Format = 'original' | 'jpeg' | 'png' | 'webp' | 'avif';

/** Maximum width and height that the API accepts. */
export const MAX_SIDE_PIXELS = 16_384;

/** Accepts empty text, which means no limit. */
export function isValidDimension(text: string): boolean {
  const pixels = Number(text);
  return text === '' || (Number.isInteger(pixels) && pixels >= 1 && pixels <= MAX_SIDE_PIXELS);
}
