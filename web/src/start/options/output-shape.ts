export type Format = 'original' | 'jpeg' | 'png' | 'webp' | 'avif';

/** Maximum of the API. */
export const MAX_SIDE_PIXELS = 16_384;

/** Accepts empty text, which means no limit. */
export function isValidSide(text: string): boolean {
  const side = Number(text);
  return text === '' || (Number.isInteger(side) && side >= 1 && side <= MAX_SIDE_PIXELS);
}
