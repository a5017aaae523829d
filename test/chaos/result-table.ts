import type { RunResult } from './run-result.js';

interface Column {
  title: string;
  cell: (this: void, result: RunResult) => string | number;
}

/** Columns of docs/reliability.md. */
export const resultColumns: Column[] = [
  { title: 'fault', cell: ({ fault }) => fault },
  { title: 'injected', cell: ({ injectionCount }) => injectionCount },
  { title: 'images', cell: ({ imageCount }) => imageCount },
  { title: 'lost', cell: ({ lost }) => lost },
  { title: 'twice', cell: ({ countedTwice }) => countedTwice },
  { title: 'failed', cell: ({ failed }) => failed },
  { title: 'completed', cell: ({ completions }) => completions },
  {
    title: '202/503/none',
    cell: ({ uploads }) => `${uploads.accepted}/${uploads.rejected}/${uploads.withoutResponse}`,
  },
  { title: 'recovery s', cell: ({ secondsToRecover }) => secondsToRecover?.toFixed(1) ?? '-' },
  { title: 'health ms', cell: ({ slowestHealthMs }) => Math.round(slowestHealthMs) },
  { title: 'denied', cell: ({ forbiddenConnections }) => forbiddenConnections },
  { title: 'problems', cell: ({ problems }) => problems.length },
];

/** Durations, which depend on the load of the machine. Only the terminal output shows them. */
export const durationColumns: Column[] = [
  { title: 'seconds', cell: ({ seconds }) => seconds.toFixed(1) },
  { title: 'waits s', cell: ({ waitedSeconds }) => waitedSeconds.toFixed(1) },
];

/** Returns one row per result, as a Markdown table. */
export function formatMarkdownTable(results: RunResult[], columns: Column[]): string {
  const rows = results.map((result) => columns.map(({ cell }) => String(cell(result))));
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
