/** How the quality of an output is chosen, as texts of the inputs. */
export interface QualityChoice {
  /** Chooses the quality of each image by its score. */
  isAutomatic: boolean;
  /** SSIMULACRA 2 score, from 1 to 100. */
  targetScore: string;
  /** Empty for no limit. 1 kB has 1,000 bytes. */
  maxKilobytes: string;
}

export const DEFAULT_QUALITY_CHOICE: QualityChoice = {
  isAutomatic: false,
  targetScore: '70',
  maxKilobytes: '',
};

/** Maximum of the API, in kB. */
export const MAX_KILOBYTES = 1_000_000;

export const isQuality = (text: string): boolean => isWhole(text, 100);

/** Accepts an empty text, which means no limit. */
export const isFileSize = (text: string): boolean => text === '' || isWhole(text, MAX_KILOBYTES);

function isWhole(text: string, most: number): boolean {
  const number = Number(text);
  return Number.isInteger(number) && number >= 1 && number <= most;
}

/** Returns true if the API accepts the choice. */
export const isQualityChoiceValid = (
  quality: string,
  { isAutomatic, targetScore, maxKilobytes }: QualityChoice,
): boolean => isQuality(isAutomatic ? targetScore : quality) && isFileSize(maxKilobytes);

/** Returns the value of `quality` in the API. */
export const qualityField = (
  quality: number | string,
  { isAutomatic, targetScore }: QualityChoice,
): number | string => (isAutomatic ? `auto:${Number(targetScore)}` : Number(quality));

/** Returns undefined without a limit. */
export const maxBytesField = ({ maxKilobytes }: QualityChoice): number | undefined =>
  maxKilobytes === '' ? undefined : Number(maxKilobytes) * 1000;

export function describeQuality(quality: number): string {
  if (quality < 25) return 'Smallest files. Fine textures turn blocky.';
  if (quality < 45) return 'Small files. Fine textures are softer up close.';
  if (quality <= 65) return 'Most photographs look the same at shop size.';
  if (quality < 85) return 'Finer detail, larger files. For zoom views.';
  return 'Nearly untouched. Files stay large.';
}

export function describeScore(score: number): string {
  if (score < 40) return 'Differences are easy to see.';
  if (score < 60) return 'Medium. Differences are visible up close.';
  if (score < 85) return 'High. Differences are hard to see.';
  return 'Looks like the original. Files stay large.';
}
