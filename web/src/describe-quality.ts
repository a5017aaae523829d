const scoreFormat = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** Describes an automatic choice, for example “quality 62, score 71.4”. */
export const describeChosenQuality = (quality: number, score: number | null | undefined): string =>
  score === null || score === undefined
    ? `quality ${quality}`
    : `quality ${quality}, score ${scoreFormat.format(score)}`;
