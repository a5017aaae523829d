/** Breaks `text` into lines of at most `width` characters. Line breaks in `text` count as spaces. */
export function wrap(text: string, width = 110): string[] {
  const lines = [''];
  for (const word of text.trim().split(/\s+/)) {
    const line = lines.at(-1)!;
    // Markdown would read a line that starts with one of these markers as a list, a heading or a quote.
    const startsBlock = /^([-+*>]|#+|\d+[.)])$/.test(word);
    if (line !== '' && line.length + 1 + word.length > width && !startsBlock) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}

/** Returns a list item with indented continuation lines. */
export function listItem(text: string, width = 110): string {
  return `- ${wrap(text, width - 2).join('\n  ')}`;
}
