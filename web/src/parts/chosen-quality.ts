const oneDecimal = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** Returns a text such as “quality 62, score 71.4” of an automatic choice. */
export const describeChosenQuality = (quality: number, score: number | null | undefined): string =>
  score === null || score === undefined
    ? `quality ${quality}`
    : `quality ${quality}, score ${oneDecimal.format(score)}`;
