const number = new Intl.NumberFormat('en-US');

/** Formats a number with its noun: `1 image`, `1,200 images`. */
export const counted = (count: number, noun: string): string =>
  `${number.format(count)} ${noun}${count === 1 ? '' : 's'}`;
