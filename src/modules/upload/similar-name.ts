import { closest, distance } from 'fastest-levenshtein';

/** Maximum share of differing letters in a name. */
const MAX_DIFFERENCE_RATIO = 0.4;

/** Returns the most similar known name, ignoring case; undefined if none is similar. */
export function findSimilarName(name: string, knownNames: readonly string[]): string | undefined {
  const normalizedName = name.slice(0, 60).toLowerCase();
  const nearestName = closest(normalizedName, knownNames);
  return distance(normalizedName, nearestName) <= MAX_DIFFERENCE_RATIO * normalizedName.length
    ? nearestName
    : undefined;
}
