import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { type Figure, isMet } from './figures.js';
import { plot } from './plot.js';

const at = (name: string) => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
const DATA = at('performance.json');

/** The latest run of each figure. */
export interface Taken {
  name: string;
  date: string;
  small: boolean;
  machine: string;
  /** Mean number of processes that wanted a core in the minute before. */
  load: number;
  figures: Figure[];
}

export function taken(name: string, small: boolean, load: number, figures: Figure[]): Taken {
  const [{ model }] = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  const machine = `${cpus().length} cores (${model.trim()}), ${memory} GB, Node.js ${process.versions.node}`;
  return { name, date: new Date().toISOString().slice(0, 10), small, machine, load, figures };
}

export const loadNow = (): number => Math.round(loadavg()[0] * 10) / 10;

/** Keeps the results beside the last ones of other figures, and writes docs/performance.md and its plot anew. */
export async function writeReport(results: Taken[]): Promise<void> {
  const known: Taken[] = existsSync(DATA)
    ? (JSON.parse(readFileSync(DATA, 'utf8')) as Taken[])
    : [];
  const names = new Set(results.map(({ name }) => name));
  const all = [...known.filter(({ name }) => !names.has(name)), ...results];
  writeFileSync(DATA, await format(JSON.stringify(all), { parser: 'json' }));
  writeFileSync(at('performance.svg'), plot(all.flatMap(({ figures }) => figures)));
  const text = inserted(readFileSync(at('performance.md'), 'utf8'), all);
  writeFileSync(
    at('performance.md'),
    await format(text, { parser: 'markdown', printWidth: 100, singleQuote: true }),
  );
}

/** Between its two marks the document is generated; around them it is written. */
function inserted(document: string, all: Taken[]): string {
  const [begin, end] = ['<!-- figures -->', '<!-- /figures -->'];
  const head = document.slice(0, document.indexOf(begin) + begin.length);
  return `${head}\n\n${all.map(section).join('\n\n')}\n\n${document.slice(document.indexOf(end))}`;
}

/** A list item for each figure: readable as text, unlike a table with long cells. */
function section({ name, date, small, machine, load, figures }: Taken): string {
  const items = figures.map((figure) => {
    const { what, measured, against, ratio, target } = figure;
    const limit = !target
      ? ''
      : 'atLeast' in target
        ? `; target: at least ${target.atLeast}`
        : `; target: at most ${target.atMost}`;
    const met = isMet(figure);
    const verdict = met === undefined ? '' : met ? ' (met)' : ' (**not met**)';
    return `- ${what}: **${measured}**\n  Ratio to ${against}: ${ratio.toPrecision(3)}${limit}${verdict}`;
  });
  return [
    `### ${name}`,
    '',
    `${date}, ${machine}${small ? ', `--small`' : ''}. Load of the machine before the run: ${load}.`,
    '',
    ...items,
  ].join('\n');
}
