import { styleText } from 'node:util';
import { SingleBar } from 'cli-progress';

const colors = process.stdout.isTTY || 'FORCE_COLOR' in process.env;

type Style = Parameters<typeof styleText>[0];

/** Colors text on a terminal or with `FORCE_COLOR`. */
export const styled = (style: Style, text: string): string =>
  colors && !process.env.NO_COLOR ? styleText(style, text) : text;

export const printLine = (text = ''): void => console.log(text);

export const step = (text: string): void => printLine(`${styled('cyan', '●')} ${text}`);

export const kilobytes = (bytes: number): string =>
  bytes >= 1e6 ? `${(bytes / 1e6).toFixed(2)} MB` : `${Math.round(bytes / 1e3)} kB`;

/** Shows a bar on a terminal, and one line per quarter elsewhere. */
export class Progress {
  private readonly bar?: SingleBar;
  private quarter = 0;

  constructor(
    private readonly what: string,
    private readonly total: number,
  ) {
    if (!process.stdout.isTTY) return;
    this.bar = new SingleBar({
      format: `  {bar}  {value} of {total} ${what}{note}`,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 34,
      hideCursor: true,
    });
    this.bar.start(total, 0, { note: '' });
  }

  update(done: number, note = ''): void {
    this.bar?.update(done, { note });
    const quarter = Math.floor((done / this.total) * 4);
    if (this.bar || quarter <= this.quarter) return;
    this.quarter = quarter;
    printLine(`  ${done} of ${this.total} ${this.what}${note}`);
  }

  stop(): void {
    this.bar?.stop();
  }
}

export interface Column {
  title: string;
  align: 'left' | 'right';
}

/** Formats a table. Cells are plain text. `style` colors a whole column or row. */
export function table(columns: Column[], rows: string[][]): string[] {
  const widths = columns.map(({ title }, at) =>
    Math.max(title.length, ...rows.map((row) => row[at].length)),
  );
  const line = (cells: string[]) =>
    cells
      .map((cell, at) =>
        columns[at].align === 'left' ? cell.padEnd(widths[at]) : cell.padStart(widths[at]),
      )
      .join('  ')
      .trimEnd();
  return [line(columns.map(({ title }) => title)), ...rows.map(line)];
}
