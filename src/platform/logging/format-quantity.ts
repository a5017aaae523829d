const numberFormat = new Intl.NumberFormat('en-US');

/** Formats a number with its noun: `1 image`, `1,200 images`. */
export const formatQuantity = (count: number, noun: string): string =>
  `${numberFormat.format(count)} ${noun}${count === 1 ? '' : 's'}`;
