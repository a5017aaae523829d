import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { type Measurement, meetsTarget } from './measurement.js';
import { renderBarChart } from './bar-chart.js';

const toDocsPath = (name: string) => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
const DATA_PATH = toDocsPath('performance.json');

/** Latest run of a benchmark. */
export interface BenchmarkRun {
  name: string;
  date: string;
  small: boolean;
  machine: string;
  /** Load average of the last minute before the run. */
  load: number;
  measurements: Measurement[];
}

export function toBenchmarkRun(
  name: string,
  small: boolean,
  load: number,
  measurements: Measurement[],
): BenchmarkRun {
  const [{ model }] = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  const machine = `${cpus().length} cores (${model.trim()}), ${memory} GB, Node.js ${process.versions.node}`;
  return { name, date: new Date().toISOString().slice(0, 10), small, machine, load, measurements };
}

export const readLoadAverage = (): number => Math.round(loadavg()[0] * 10) / 10;

/** Replaces the stored runs of these benchmarks. Then regenerates docs/performance.md and its chart. */
export async function writeReport(runs: BenchmarkRun[]): Promise<void> {
  const storedRuns: BenchmarkRun[] = existsSync(DATA_PATH)
    ? (JSON.parse(readFileSync(DATA_PATH, 'utf8')) as BenchmarkRun[])
    : [];
  const names = new Set(runs.map(({ name }) => name));
  const allRuns = [...storedRuns.filter(({ name }) => !names.has(name)), ...runs];
  writeFileSync(DATA_PATH, await format(JSON.stringify(allRuns), { parser: 'json' }));
  writeFileSync(
    toDocsPath('performance.svg'),
    renderBarChart(allRuns.flatMap(({ measurements }) => measurements)),
  );
  const text = replaceGeneratedPart(readFileSync(toDocsPath('performance.md'), 'utf8'), allRuns);
  writeFileSync(
    toDocsPath('performance.md'),
    await format(text, { parser: 'markdown', printWidth: 100, singleQuote: true }),
  );
}

/** Replaces the text between the two markers of the document. */
function replaceGeneratedPart(document: string, allRuns: BenchmarkRun[]): string {
  const [begin, end] = ['<!-- measurements -->', '<!-- /measurements -->'];
  const head = document.slice(0, document.indexOf(begin) + begin.length);
  return `${head}\n\n${allRuns.map(formatSection).join('\n\n')}\n\n${document.slice(document.indexOf(end))}`;
}

/** Formats measurements as a list, which is more readable as text than a table with long cells. */
function formatSection({ name, date, small, machine, load, measurements }: BenchmarkRun): string {
  const items = measurements.map((measurement) => {
    const { label, value, baseline, ratio, target } = measurement;
    const limit = !target
      ? ''
      : 'atLeast' in target
        ? `; target: at least ${target.atLeast}`
        : `; target: at most ${target.atMost}`;
    const isMet = meetsTarget(measurement);
    const result = isMet === undefined ? '' : isMet ? ' (met)' : ' (**not met**)';
    return `- ${label}: **${value}**\n  Ratio to ${baseline}: ${ratio.toPrecision(3)}${limit}${result}`;
  });
  return [
    `### ${name}`,
    '',
    `${date}, ${machine}${small ? ', `--small`' : ''}. Load of the machine before the run: ${load}.`,
    '',
    ...items,
  ].join('\n');
}
