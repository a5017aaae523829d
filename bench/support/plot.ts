import { type Figure, isMet } from './figures.js';

const ROW = 26;
const LABELS = 330;
const BARS = 420;
const TOP = 44;

/** A bar for each figure that has a target, as a share of it: all that reach the line have met theirs. SVG. */
export function plot(figures: Figure[]): string {
  const aimed = figures.filter(({ target }) => target);
  const height = TOP + aimed.length * ROW + 16;
  const width = LABELS + BARS + 90;
  const line = LABELS + BARS / 2;
  const rows = aimed.map((figure, i) => {
    const share = shareOfTarget(figure);
    const length = Math.min(BARS, (share * BARS) / 2);
    const y = TOP + i * ROW;
    const color = isMet(figure) ? '#2f7d5b' : '#b4532a';
    return `<text x="${LABELS - 8}" y="${y + 15}" text-anchor="end">${escaped(figure.what)}</text>
<rect x="${LABELS}" y="${y + 3}" width="${length.toFixed(1)}" height="${ROW - 9}" fill="${color}"/>
<text x="${LABELS + length + 6}" y="${y + 15}">${share >= 10 ? share.toFixed(0) : share.toFixed(2)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="#333">
<title>Figures of Pressroom as a share of their targets</title>
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="${line}" y="20" text-anchor="middle">target (1.00); longer is better</text>
${rows.join('\n')}
<line x1="${line}" x2="${line}" y1="${TOP - 14}" y2="${height - 10}" stroke="#333" stroke-dasharray="3 3"/>
</svg>
`;
}

/** Above 1 is better than asked for, whichever way the target goes. */
function shareOfTarget({ ratio, target }: Figure): number {
  if (!target) return 0;
  return 'atLeast' in target ? ratio / target.atLeast : target.atMost / Math.max(ratio, 1e-9);
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
