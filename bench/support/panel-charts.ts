import { renderChartGrid } from './chart-grid.js';

const [WIDTH, HEIGHT, COLUMN_COUNT] = [400, 150, 2];
const [LEFT, RIGHT, TOP, BOTTOM] = [44, 28, 34, 20];

/** One chart with several lines for the same period. */
export interface Panel {
  label: string;
  unit: string;
  lines: { name: string; points: readonly (readonly [seconds: number, value: number])[] }[];
}

/** Returns an SVG with one chart per panel. Each axis starts at 0. The time is in minutes. */
export function renderPanelCharts(title: string, panels: readonly Panel[]): string {
  return renderChartGrid(
    { title, columnCount: COLUMN_COUNT, width: WIDTH, height: HEIGHT },
    panels.map(renderPanelChart),
  );
}

function renderPanelChart({ label, unit, lines }: Panel): string {
  const points = lines.flatMap((line) => line.points.filter(([, value]) => Number.isFinite(value)));
  const max = roundUpToAxisLimit(Math.max(...points.map(([, value]) => value), 1e-9));
  const lastSeconds = Math.max(...points.map(([seconds]) => seconds), 1);
  const x = (seconds: number) => LEFT + (seconds / lastSeconds) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) => TOP + (1 - value / max) * (HEIGHT - TOP - BOTTOM);
  const grid = [0, max / 2, max].map(
    (value) =>
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(value)}" y2="${y(value)}"/>
<text class="faint" x="${LEFT - 5}" y="${y(value) + 4}" text-anchor="end">${formatValue(value)}</text>`,
  );
  const minutes = [0, lastSeconds / 120, lastSeconds / 60].map(
    (minute) =>
      `<text class="faint" x="${x(minute * 60)}" y="${HEIGHT - 6}" text-anchor="middle">${minute.toFixed(0)} min</text>`,
  );
  const polylines = lines.map(
    (line, i) =>
      `<polyline class="line line-${i}" points="${line.points
        .filter(([, value]) => Number.isFinite(value))
        .map(([seconds, value]) => `${x(seconds).toFixed(1)},${y(value).toFixed(1)}`)
        .join(' ')}"/>`,
  );
  const legend = lines.length < 2 ? [] : lines.map(({ name }, i) => renderLegendEntry(name, i));
  return [
    `<text x="10" y="16">${label}${unit && `, ${unit}`}</text>`,
    ...grid,
    ...minutes,
    ...polylines,
    ...legend,
  ].join('\n');
}

const renderLegendEntry = (name: string, i: number): string =>
  `<line class="line line-${i}" x1="${160 + i * 78}" x2="${172 + i * 78}" y1="12" y2="12"/>
<text class="faint" x="${176 + i * 78}" y="16">${name}</text>`;

/** Rounds up to 1, 2, 4, 5 or 10 times a power of ten. */
function roundUpToAxisLimit(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 4, 5, 10].find((factor) => factor * power >= value)!;
}

const formatValue = (value: number): string =>
  value >= 10 || value === 0 ? value.toFixed(0) : String(Number(value.toPrecision(2)));
