/**
 * Removes the given characters from the end of a text. A pattern such as `/-+$/` takes quadratic time,
 * because it restarts at each matching character.
 */
export function trimEndCharacters(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1])) end -= 1;
  return text.slice(0, end);
}

/** Removes the given characters from both ends of a text. */
export function trimCharacters(text: string, characters: string): string {
  const trimmedText = trimEndCharacters(text, characters);
  let start = 0;
  while (start < trimmedText.length && characters.includes(trimmedText[start])) start += 1;
  return trimmedText.slice(start);
}
