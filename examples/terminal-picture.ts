/**
 * Renders the output of a terminal as an SVG image, for README.md:
 * `script -qc "npm run -s demo" /dev/null | node --import tsx examples/terminal-picture.ts "npm run demo" > docs/images/demo.svg`
 */
import { text } from 'node:stream/consumers';

const LETTER = { width: 8.43, height: 20, size: 14 };
const PAD = 20;
const BAR = 36;

/** SGR parameters (ECMA-48) that `styleText` writes. */
const STYLES: Record<string, string> = {
  1: 'font-weight="bold"',
  2: 'fill="#8b949e"',
  31: 'fill="#ff7b72"',
  32: 'fill="#7ee787"',
  36: 'fill="#79c0ff"',
};
const ENDS: Record<string, string[]> = { 22: ['1', '2'], 39: ['31', '32', '36'] };

const escape = (words: string) =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

// oxlint-disable-next-line no-control-regex -- an escape sequence begins with one
const SGR = /\u001B\[(\d+)m/g;

/** Returns the final content of a line that a progress bar has redrawn. */
function lastState(line: string): string {
  const drawn = line.trimEnd().split('\u001B[1G').at(-1)!;
  // oxlint-disable-next-line no-control-regex -- the other escape sequences move or hide the cursor
  return drawn.replaceAll(/\u001B(\[\??\d*[A-Za-ln-z]|[78])/g, '').trimEnd();
}

function spans(line: string): string {
  const on = new Set<string>();
  const parts = line.split(SGR);
  return parts
    .map((part, at) => {
      if (at % 2 === 0) {
        if (part === '') return '';
        const styles = [...on].map((style) => STYLES[style]).join(' ');
        return `<tspan ${styles}>${escape(part)}</tspan>`;
      }
      if (STYLES[part]) on.add(part);
      for (const ended of ENDS[part] ?? []) on.delete(ended);
      return '';
    })
    .join('');
}

const [title = ''] = process.argv.slice(2);
const lines = (await text(process.stdin)).trimEnd().split('\n').map(lastState);
const columns = Math.max(...lines.map((line) => line.replaceAll(SGR, '').length));
const width = Math.ceil(columns * LETTER.width + 2 * PAD);
const height = BAR + lines.length * LETTER.height + PAD;
const rows = lines.map(
  (line, at) => `<text x="${PAD}" y="${BAR + (at + 1) * LETTER.height - 5}">${spans(line)}</text>`,
);
console.log(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<rect width="${width}" height="${height}" rx="10" fill="#0d1117"/>
<circle cx="22" cy="18" r="6" fill="#ff5f57"/><circle cx="42" cy="18" r="6" fill="#febc2e"/><circle cx="62" cy="18" r="6" fill="#28c840"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${LETTER.size}" fill="#e6edf3" xml:space="preserve">
<text x="${width / 2}" y="23" fill="#8b949e" text-anchor="middle">${escape(title)}</text>
${rows.join('\n')}
</g>
</svg>`);
