import { CHART_STYLE } from './chart-style.js';
import { type Series, computeTrend } from './soak-series.js';

const [WIDTH, HEIGHT, COLUMNS] = [360, 110, 3];
const [PLOT_TOP, PLOT_BOTTOM] = [26, 12];

/** Returns an SVG with one line chart per series. Each axis begins at 0. */
export function lineCharts(title: string, series: readonly Series[], times: number[]): string {
  const rows = Math.ceil(series.length / COLUMNS);
  const [width, height] = [COLUMNS * WIDTH, rows * HEIGHT + 30];
  const charts = series.map((one, i) => {
    const [x, y] = [(i % COLUMNS) * WIDTH, Math.floor(i / COLUMNS) * HEIGHT + 30];
    return `<g transform="translate(${x} ${y})">${chart(one, times)}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="11">
<title>${title}</title>
${CHART_STYLE}
<rect class="background" width="${width}" height="${height}"/>
<text x="10" y="18" font-size="13">${title}</text>
${charts.join('\n')}
</svg>
`;
}

function chart(series: Series, times: number[]): string {
  const { label, unit, values } = series;
  const known = values.filter(Number.isFinite);
  const max = Math.max(...known, 1e-9) * 1.1;
  const last = times.at(-1) || 1;
  const points = values.flatMap((value, i) => {
    if (!Number.isFinite(value)) return [];
    const x = 10 + (times[i] / last) * (WIDTH - 30);
    const y = PLOT_TOP + (1 - value / max) * (HEIGHT - PLOT_TOP - PLOT_BOTTOM);
    return [`${x.toFixed(1)},${y.toFixed(1)}`];
  });
  const { end, limit, slopePerHour } = computeTrend(series, times);
  const trend = end <= limit ? 'flat' : 'growing';
  const slope = `${slopePerHour < 0 ? '' : '+'}${slopePerHour.toFixed(1)} ${unit}/h`;
  return `<text x="10" y="14">${label}: ${end.toFixed(1)} ${unit} (${slope})</text>
<line class="grid" x1="10" x2="${WIDTH - 20}" y1="${HEIGHT - PLOT_BOTTOM}" y2="${HEIGHT - PLOT_BOTTOM}"/>
<polyline points="${points.join(' ')}" class="line ${trend}"/>`;
}
