import { useEffect, useMemo, useState } from 'preact/hooks';
import type { AlignedData } from 'uplot';
import { getJson } from '../api/client.js';
import { retryUntilSuccess } from '../api/retry-until-success.js';
import type { Totals } from '../api/types.js';
import { formatBytes, formatQuantity, formatDifference } from '../format.js';
import { buildAxis, Plot } from '../components/plot.js';
import { useKey } from '../hooks/use-key.js';

/** Margin for the outer halves of the first and last bars. */
const HALF_DAY_SECONDS = 43_200;

/** Plots the daily savings of all requests. Reloads the totals when `version` changes. */
export function TotalsPlot({ version }: { version: string }) {
  const [totals, setTotals] = useState<Totals>();
  const key = useKey();
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    // The list of requests shows the error.
    retryUntilSuccess((attemptSignal) => getJson<Totals>('/statistics', attemptSignal), {
      signal,
    }).then(setTotals, () => undefined);
    return () => controller.abort();
  }, [key, version]);
  const days = totals?.days ?? [];
  const data = useMemo<[number[], (number | null)[]]>(
    () => [
      days.map(({ day }) => Date.parse(day) / 1000),
      days.map(({ bytes_in, bytes_out }) => (bytes_in > bytes_out ? bytes_in - bytes_out : null)),
    ],
    [totals],
  );
  // Includes days on which images grew. These days have no bar.
  const bytesIn = days.reduce((sum, day) => sum + day.bytes_in, 0);
  const bytesOut = days.reduce((sum, day) => sum + day.bytes_out, 0);
  const { label, size } = formatDifference(bytesIn, bytesOut);
  const imageCount = days.reduce((sum, day) => sum + day.images, 0);
  const requestCount = days.reduce((sum, day) => sum + day.requests, 0);
  return (
    <Plot
      title="Saved per day"
      height={150}
      data={data}
      options={(colors, library) => ({
        scales: {
          x: { range: (_plot, min, max) => [min - HALF_DAY_SECONDS, max + HALF_DAY_SECONDS] },
          y: { range: (_plot, _min, max) => [0, max * 1.1 || 1] },
        },
        axes: [
          {
            ...buildAxis(colors),
            grid: { show: false },
            values: (_plot, ticks) => ticks.map(formatDayTick),
          },
          {
            ...buildAxis(colors),
            size: 64,
            values: (plot, ticks) => (hasBars(plot.data) ? ticks.map(formatBytes) : []),
          },
        ],
        series: [
          {},
          {
            stroke: colors.plot,
            fill: colors.fill,
            width: 1.5,
            paths: library.paths.bars!({ size: [0.7, 48], radius: 0.12 }),
            points: { show: false },
          },
        ],
      })}
    >
      {!totals && 'Savings from compression, per day.'}
      {totals && imageCount === 0 && 'No images in the last 30 days.'}
      {totals &&
        imageCount > 0 &&
        `${label} ${size} in the last 30 days: ${formatQuantity(imageCount, 'image')} from ${formatQuantity(requestCount, 'catalog')}.`}
    </Plot>
  );
}

/** Returns whether any day has a bar. A plot without bars needs no axis. */
const hasBars = ([, values]: AlignedData): boolean => values.some(Boolean);

const dayFormat = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  timeZone: 'UTC',
});
const formatDayTick = (seconds: number): string =>
  seconds % 86_400 === 0 ? dayFormat.format(new Date(seconds * 1000)) : '';
