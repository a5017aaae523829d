import { closest, distance } from 'fastest-levenshtein';

/** Maximum share of differing letters in a name. */
const MAX_DIFFERENCE = 0.4;

/** Returns the known name that is probably meant; undefined if none is similar. Letter case is ignored. */
export function similarName(name: string, known: readonly string[]): string | undefined {
  const asked = name.slice(0, 60).toLowerCase();
  const nearest = closest(asked, known);
  return distance(asked, nearest) <= MAX_DIFFERENCE * asked.length ? nearest : undefined;
}
