import { styleText } from 'node:util';
import { SingleBar } from 'cli-progress';

const supportsColor = process.stdout.isTTY || 'FORCE_COLOR' in process.env;

type Style = Parameters<typeof styleText>[0];

/** Styles text on a terminal, or if `FORCE_COLOR` is set. */
export const applyStyle = (style: Style, text: string): string =>
  supportsColor && !process.env.NO_COLOR ? styleText(style, text) : text;

export const printLine = (text = ''): void => console.log(text);

export const printStep = (text: string): void => printLine(`${applyStyle('cyan', '●')} ${text}`);

export const formatSize = (bytes: number): string =>
  bytes >= 1e6 ? `${(bytes / 1e6).toFixed(2)} MB` : `${Math.round(bytes / 1e3)} kB`;

/** Shows a progress bar on a terminal. Otherwise, prints a line every 25%. */
export class Progress {
  private readonly bar?: SingleBar;
  private quarter = 0;

  constructor(
    private readonly unit: string,
    private readonly total: number,
  ) {
    if (!process.stdout.isTTY) return;
    this.bar = new SingleBar({
      format: `  {bar}  {value} of {total} ${unit}{note}`,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 34,
      hideCursor: true,
    });
    this.bar.start(total, 0, { note: '' });
  }

  update(doneCount: number, note = ''): void {
    this.bar?.update(doneCount, { note });
    const quarter = Math.floor((doneCount / this.total) * 4);
    if (this.bar || quarter <= this.quarter) return;
    this.quarter = quarter;
    printLine(`  ${doneCount} of ${this.total} ${this.unit}${note}`);
  }

  stop(): void {
    this.bar?.stop();
  }
}

export interface Column {
  title: string;
  align: 'left' | 'right';
}

/** Formats a table as lines of text. Cells are plain text. */
export function formatTable(columns: Column[], rows: string[][]): string[] {
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...rows.map((row) => row[index].length)),
  );
  const formatLine = (cells: string[]) =>
    cells
      .map((cell, index) =>
        columns[index].align === 'left' ? cell.padEnd(widths[index]) : cell.padStart(widths[index]),
      )
      .join('  ')
      .trimEnd();
  return [formatLine(columns.map(({ title }) => title)), ...rows.map(formatLine)];
}
