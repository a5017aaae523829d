import { useMemo } from 'preact/hooks';
import type { RequestSummary, Statistics } from '../api/types.js';
import { formatBytes, formatCount, formatQuantity, formatDuration, formatRate } from '../format.js';
import { buildAxis, Plot } from '../components/plot.js';
import { useStatistics } from './use-request.js';

interface Props {
  summary: RequestSummary;
  /** True if the images were only checked. The tab then shows no savings. */
  isCheckOnly: boolean;
}

export function StatisticsTab({ summary, isCheckOnly }: Props) {
  const statistics = useStatistics(summary);
  return (
    <div class="plots">
      <ThroughputPlot statistics={statistics} />
      {!isCheckOnly && <SavingsPlot statistics={statistics} />}
      <OutputSizes statistics={statistics} />
    </div>
  );
}

/** Compares the total size of the outputs. Renders nothing for a request without named outputs. */
function OutputSizes({ statistics }: { statistics: Statistics | undefined }) {
  const outputs = statistics?.outputs ?? [];
  if (outputs.length === 0) return null;
  return (
    <section class="sheet">
      <h2>Outputs</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Output</th>
            <th scope="col">Total size</th>
            <th scope="col">Saved</th>
          </tr>
        </thead>
        <tbody>
          {outputs.map(({ name, bytes_out, saved_percent }) => (
            <tr key={name}>
              <td>{name}</td>
              <td class="number">{formatBytes(bytes_out)}</td>
              <td class="number">{saved_percent}%</td>
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
        scales: { x: { time: false }, y: { range: (_plot, _min, max) => [0, max * 1.1 || 1] } },
        axes: [
          {
            ...buildAxis(colors),
            grid: { show: false },
            values: (_plot, ticks) => ticks.map(formatWholeSeconds),
          },
          { ...buildAxis(colors), size: 44, values: (_plot, ticks) => ticks.map(formatRate) },
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

/** Repeats the last value at the end of its bucket, so a single bucket is drawn as a line. */
function computeSpeeds(statistics: Statistics | undefined) {
  const [seconds, speeds]: [number[], number[]] = [[], []];
  if (!statistics) return { seconds, speeds };
  const bucketSeconds = statistics.bucket_seconds;
  for (const { second, images } of statistics.throughput) {
    seconds.push(second);
    speeds.push(images / bucketSeconds);
  }
  if (seconds.length > 0) {
    seconds.push(seconds.at(-1)! + bucketSeconds);
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
  const halvedBuckets = savings.filter(({ from_percent }) => from_percent >= 50);
  const halvedImageCount = halvedBuckets.reduce((sum, { images }) => sum + images, 0);
  return (
    <Plot
      title="Savings per image"
      data={data}
      options={(colors, library) => ({
        scales: {
          x: { time: false, range: [0, 100] },
          y: { range: (_plot, _min, max) => [0, max * 1.1 || 1] },
        },
        axes: [
          {
            ...buildAxis(colors),
            grid: { show: false },
            splits: () => [0, 20, 40, 60, 80, 100],
            values: (_plot, ticks) => ticks.map((value) => `${value}%`),
          },
          {
            ...buildAxis(colors),
            size: 52,
            values: (_plot, ticks) => ticks.map(formatWholeNumber),
          },
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
      {halvedImageCount > 0
        ? `Images by percentage saved. ${formatQuantity(halvedImageCount, 'image')} shrank by half or more.`
        : 'Images by percentage saved.'}
    </Plot>
  );
}

const formatWholeNumber = (value: number): string =>
  Number.isInteger(value) ? formatCount(value) : '';
const formatWholeSeconds = (value: number): string =>
  Number.isInteger(value) ? formatDuration(value) : '';
