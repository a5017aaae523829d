export type Format = 'original' | 'jpeg' | 'png' | 'webp' | 'avif';

/** Maximum of the API, in pixels. */
export const MAX_SIDE = 16_384;

/** Accepts an empty text, which means no limit. */
export function isSide(text: string): boolean {
  const side = Number(text);
  return text === '' || (Number.isInteger(side) && side >= 1 && side <= MAX_SIDE);
}
