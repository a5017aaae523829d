import { useMemo } from 'preact/hooks';
import type { RequestSummary, Statistics } from '../api/types.js';
import { formatBytes, formatCount, formatQuantity, formatDuration, formatRate } from '../format.js';
import { axis, Plot } from '../parts/plot.js';
import { useStatistics } from './use-request.js';

interface Props {
  summary: RequestSummary;
  /** Nothing was compressed, so there are no savings. */
  isCheckOnly: boolean;
}

export function FiguresTab({ summary, isCheckOnly }: Props) {
  const statistics = useStatistics(summary);
  return (
    <div class="plots">
      <ThroughputPlot statistics={statistics} />
      {!isCheckOnly && <SavingsPlot statistics={statistics} />}
      <OutputBytes statistics={statistics} />
    </div>
  );
}

/** Compares the bytes of the outputs; nothing for one output. */
function OutputBytes({ statistics }: { statistics: Statistics | undefined }) {
  const outputs = statistics?.outputs ?? [];
  if (outputs.length === 0) return null;
  return (
    <section class="sheet">
      <h2>Outputs</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Output</th>
            <th scope="col">Size of all images</th>
            <th scope="col">Saved</th>
          </tr>
        </thead>
        <tbody>
          {outputs.map(({ name, bytes_out, saved_percent }) => (
            <tr key={name}>
              <td>{name}</td>
              <td class="number">{formatBytes(bytes_out)}</td>
              <td class="number">{saved_percent} %</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function ThroughputPlot({ statistics }: { statistics: Statistics | undefined }) {
  const { seconds, speeds } = useMemo(() => computeSpeeds(statistics), [statistics]);
  const peak = Math.max(0, ...speeds);
  return (
    <Plot
      title="Speed over time"
      data={[seconds, speeds]}
      options={(colors, library) => ({
        scales: { x: { time: false }, y: { range: (_plot, _low, high) => [0, high * 1.1 || 1] } },
        axes: [
          { ...axis(colors), grid: { show: false }, values: (_plot, at) => at.map(wholeSeconds) },
          { ...axis(colors), size: 44, values: (_plot, at) => at.map(formatRate) },
        ],
        series: [
          {},
          {
            stroke: colors.plot,
            fill: colors.fill,
            width: 1.5,
            paths: library.paths.stepped!({ align: 1 }),
            points: { show: false },
          },
        ],
      })}
    >
      {peak > 0
        ? `Images per second since the start. Peak: ${formatRate(peak)}.`
        : 'Images per second since the start.'}
    </Plot>
  );
}

/** Adds the end of the first and the last bucket, so a single bucket is drawn as a line. */
function computeSpeeds(statistics: Statistics | undefined) {
  const [seconds, speeds]: [number[], number[]] = [[], []];
  if (!statistics) return { seconds, speeds };
  const width = statistics.bucket_seconds;
  for (const { second, images } of statistics.throughput) {
    seconds.push(second);
    speeds.push(images / width);
  }
  if (seconds.length > 0) {
    seconds.push(seconds.at(-1)! + width);
    speeds.push(speeds.at(-1)!);
  }
  return { seconds, speeds };
}

function SavingsPlot({ statistics }: { statistics: Statistics | undefined }) {
  const savings = statistics?.savings ?? [];
  const data = useMemo<[number[], (number | null)[]]>(
    () => [
      savings.map(({ from_percent }) => from_percent + 5),
      savings.map(({ images }) => images || null),
    ],
    [statistics],
  );
  const half = savings.filter(({ from_percent }) => from_percent >= 50);
  const more = half.reduce((sum, { images }) => sum + images, 0);
  return (
    <Plot
      title="Savings per image"
      data={data}
      options={(colors, library) => ({
        scales: {
          x: { time: false, range: [0, 100] },
          y: { range: (_plot, _low, high) => [0, high * 1.1 || 1] },
        },
        axes: [
          {
            ...axis(colors),
            grid: { show: false },
            splits: () => [0, 20, 40, 60, 80, 100],
            values: (_plot, at) => at.map((value) => `${value} %`),
          },
          { ...axis(colors), size: 52, values: (_plot, at) => at.map(wholeOnly) },
        ],
        series: [
          {},
          {
            stroke: colors.plot,
            fill: colors.fill,
            width: 1.5,
            paths: library.paths.bars!({ size: [0.86, Infinity], radius: 0.12 }),
            points: { show: false },
          },
        ],
      })}
    >
      {more > 0
        ? `Images by percentage saved. ${formatQuantity(more, 'image')} shrank by half or more.`
        : 'Images by percentage saved.'}
    </Plot>
  );
}

const wholeOnly = (value: number): string => (Number.isInteger(value) ? formatCount(value) : '');
const wholeSeconds = (value: number): string =>
  Number.isInteger(value) ? formatDuration(value) : '';
