import type { RunResult } from './run-result.js';

interface Column {
  title: string;
  formatCell: (this: void, result: RunResult) => string | number;
}

/** Columns of docs/reliability.md. */
export const resultColumns: Column[] = [
  { title: 'fault', formatCell: ({ fault }) => fault },
  { title: 'injected', formatCell: ({ injectionCount }) => injectionCount },
  { title: 'images', formatCell: ({ imageCount }) => imageCount },
  { title: 'lost', formatCell: ({ lostCount }) => lostCount },
  { title: 'twice', formatCell: ({ countedTwiceCount }) => countedTwiceCount },
  { title: 'failed', formatCell: ({ failedCount }) => failedCount },
  { title: 'completed', formatCell: ({ completionCount }) => completionCount },
  {
    title: '202/503/none',
    formatCell: ({ uploadCounts }) =>
      `${uploadCounts.accepted}/${uploadCounts.rejected}/${uploadCounts.withoutResponse}`,
  },
  {
    title: 'recovery s',
    formatCell: ({ secondsToRecover }) => secondsToRecover?.toFixed(1) ?? '-',
  },
  { title: 'health ms', formatCell: ({ slowestHealthMs }) => Math.round(slowestHealthMs) },
  { title: 'denied', formatCell: ({ forbiddenConnectionCount }) => forbiddenConnectionCount },
  { title: 'problems', formatCell: ({ problems }) => problems.length },
];

/** Durations, which depend on the load of the machine. Only the terminal output shows them. */
export const durationColumns: Column[] = [
  { title: 'seconds', formatCell: ({ seconds }) => seconds.toFixed(1) },
  { title: 'waits s', formatCell: ({ waitedSeconds }) => waitedSeconds.toFixed(1) },
];

/** Returns one row per result, as a Markdown table. */
export function formatMarkdownTable(results: RunResult[], columns: Column[]): string {
  const rows = results.map((result) => columns.map(({ formatCell }) => String(formatCell(result))));
  const cells = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => row[index].length)));
  const [header, ...body] = cells.map((row) => {
    const padded = row.map((cell, index) =>
      index === 0 ? cell.padEnd(widths[index]) : cell.padStart(widths[index]),
    );
    return `| ${padded.join(' | ')} |`;
  });
  const separators = widths.map((width, index) =>
    index === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`,
  );
  return [header, `|${separators.join('|')}|`, ...body].join('\n');
}
