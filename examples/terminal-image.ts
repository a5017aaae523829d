/**
 * Renders terminal output as an SVG image, for README.md:
 * `script -qc "npm run -s demo" /dev/null | node --import tsx examples/terminal-image.ts "npm run demo" > docs/images/demo.svg`
 */
import { text } from 'node:stream/consumers';

const CHARACTER_PIXELS = { width: 8.43, height: 20, fontSize: 14 };
const PADDING_PIXELS = 20;
const TITLE_BAR_PIXELS = 36;

/** SVG attributes for the SGR parameters (ECMA-48) that `styleText` writes. */
const STYLES: Record<string, string> = {
  1: 'font-weight="bold"',
  2: 'fill="#8b949e"',
  31: 'fill="#ff7b72"',
  32: 'fill="#7ee787"',
  36: 'fill="#79c0ff"',
};
const RESET_STYLES: Record<string, string[]> = { 22: ['1', '2'], 39: ['31', '32', '36'] };

const escapeXml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

// oxlint-disable-next-line no-control-regex -- an escape sequence starts with a control character
const SGR = /\u001B\[(\d+)m/g;

/** Returns the final content of a line that a progress bar has redrawn. */
function getFinalText(line: string): string {
  const lastFrame = line.trimEnd().split('\u001B[1G').at(-1)!;
  // oxlint-disable-next-line no-control-regex -- the other escape sequences move or hide the cursor
  return lastFrame.replaceAll(/\u001B(\[\??\d*[A-Za-ln-z]|[78])/g, '').trimEnd();
}

function renderSpans(line: string): string {
  const activeStyles = new Set<string>();
  const parts = line.split(SGR);
  return parts
    .map((part, index) => {
      if (index % 2 === 0) {
        if (part === '') return '';
        const styles = [...activeStyles].map((style) => STYLES[style]).join(' ');
        return `<tspan ${styles}>${escapeXml(part)}</tspan>`;
      }
      if (STYLES[part]) activeStyles.add(part);
      for (const style of RESET_STYLES[part] ?? []) activeStyles.delete(style);
      return '';
    })
    .join('');
}

const [title = ''] = process.argv.slice(2);
const lines = (await text(process.stdin)).trimEnd().split('\n').map(getFinalText);
const columns = Math.max(...lines.map((line) => line.replaceAll(SGR, '').length));
const width = Math.ceil(columns * CHARACTER_PIXELS.width + 2 * PADDING_PIXELS);
const height = TITLE_BAR_PIXELS + lines.length * CHARACTER_PIXELS.height + PADDING_PIXELS;
const rows = lines.map(
  (line, index) =>
    `<text x="${PADDING_PIXELS}" y="${TITLE_BAR_PIXELS + (index + 1) * CHARACTER_PIXELS.height - 5}">${renderSpans(line)}</text>`,
);
console.log(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<rect width="${width}" height="${height}" rx="10" fill="#0d1117"/>
<circle cx="22" cy="18" r="6" fill="#ff5f57"/><circle cx="42" cy="18" r="6" fill="#febc2e"/><circle cx="62" cy="18" r="6" fill="#28c840"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${CHARACTER_PIXELS.fontSize}" fill="#e6edf3" xml:space="preserve">
<text x="${width / 2}" y="23" fill="#8b949e" text-anchor="middle">${escapeXml(title)}</text>
${rows.join('\n')}
</g>
</svg>`);
