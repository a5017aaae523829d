import { renderChartGrid } from './chart-grid.js';
import { type Series, computeTrend } from './soak-series.js';

const [WIDTH, HEIGHT, COLUMN_COUNT] = [360, 110, 3];
const [PLOT_TOP, PLOT_BOTTOM] = [26, 12];

/** Returns an SVG with one line chart per series. Each axis starts at 0. */
export function renderLineCharts(
  title: string,
  series: readonly Series[],
  times: number[],
): string {
  const charts = series.map((item) => renderLineChart(item, times));
  return renderChartGrid(
    { title, columnCount: COLUMN_COUNT, width: WIDTH, height: HEIGHT },
    charts,
  );
}

function renderLineChart(series: Series, times: number[]): string {
  const { label, unit, values } = series;
  const finiteValues = values.filter(Number.isFinite);
  const max = Math.max(...finiteValues, 1e-9) * 1.1;
  const lastSeconds = times.at(-1) || 1;
  const points = values.flatMap((value, i) => {
    if (!Number.isFinite(value)) return [];
    const x = 10 + (times[i] / lastSeconds) * (WIDTH - 30);
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
