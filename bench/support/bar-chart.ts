import { type Measurement, meetsTarget } from './measurement.js';

const ROW_HEIGHT = 26;
const LABEL_WIDTH = 330;
const MAX_BAR_WIDTH = 420;
const TOP = 44;

/** Returns an SVG bar chart of all measurements with a target. A measurement meets its target if its bar reaches the line. */
export function renderBarChart(measurements: Measurement[]): string {
  const chartedMeasurements = measurements.filter(({ target }) => target);
  const height = TOP + chartedMeasurements.length * ROW_HEIGHT + 16;
  const width = LABEL_WIDTH + MAX_BAR_WIDTH + 90;
  const targetX = LABEL_WIDTH + MAX_BAR_WIDTH / 2;
  const rows = chartedMeasurements.map((measurement, i) => {
    const relativeRatio = computeRatioToTarget(measurement);
    const length = Math.min(MAX_BAR_WIDTH, (relativeRatio * MAX_BAR_WIDTH) / 2);
    const y = TOP + i * ROW_HEIGHT;
    const color = meetsTarget(measurement) ? '#2f7d5b' : '#b4532a';
    return `<text x="${LABEL_WIDTH - 8}" y="${y + 15}" text-anchor="end">${escapeXml(measurement.label)}</text>
<rect x="${LABEL_WIDTH}" y="${y + 3}" width="${length.toFixed(1)}" height="${ROW_HEIGHT - 9}" fill="${color}"/>
<text x="${LABEL_WIDTH + length + 6}" y="${y + 15}">${relativeRatio >= 10 ? relativeRatio.toFixed(0) : relativeRatio.toFixed(2)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="#333">
<title>Measurements of Pressroom relative to their targets</title>
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="${targetX}" y="20" text-anchor="middle">target (1.00); longer is better</text>
${rows.join('\n')}
<line x1="${targetX}" x2="${targetX}" y1="${TOP - 14}" y2="${height - 10}" stroke="#333" stroke-dasharray="3 3"/>
</svg>
`;
}

/** Returns the ratio to the target: at least 1 if the target is met. */
function computeRatioToTarget({ ratio, target }: Measurement): number {
  if (!target) return 0;
  return 'atLeast' in target ? ratio / target.atLeast : target.atMost / Math.max(ratio, 1e-9);
}

const escapeXml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
