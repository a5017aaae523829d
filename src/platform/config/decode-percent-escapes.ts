/** Decodes percent escapes. Returns text with an invalid escape, such as a bare `%`, unchanged. */
export function decodePercentEscapes(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
