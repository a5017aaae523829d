import { CHART_STYLE } from './chart-style.js';

const TITLE_HEIGHT = 30;

interface ChartGrid {
  title: string;
  columnCount: number;
  /** Size of one chart, in pixels. */
  width: number;
  height: number;
}

/** Returns an SVG with a title and the charts in a grid. Each chart has its own coordinate system. */
export function renderChartGrid(grid: ChartGrid, charts: readonly string[]): string {
  const { title, columnCount } = grid;
  const rowCount = Math.ceil(charts.length / columnCount);
  const [width, height] = [columnCount * grid.width, rowCount * grid.height + TITLE_HEIGHT];
  const cells = charts.map((chart, i) => {
    const x = (i % columnCount) * grid.width;
    const y = Math.floor(i / columnCount) * grid.height + TITLE_HEIGHT;
    return `<g transform="translate(${x} ${y})">${chart}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="11">
<title>${title}</title>
${CHART_STYLE}
<rect class="background" width="${width}" height="${height}"/>
<text x="10" y="18" font-size="13">${title}</text>
${cells.join('\n')}
</svg>
`;
}
