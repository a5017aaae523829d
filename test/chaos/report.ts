import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { promises } from './promises.js';
import type { RunResult } from './run.js';

const DOCUMENT = fileURLToPath(new URL('../../docs/reliability.md', import.meta.url));

const COLUMNS = [
  'fault',
  'injected',
  'images',
  'lost',
  'twice',
  'failed',
  'completed',
  '202/503/none',
  'recovery s',
  'health ms',
  'denied',
  'problems',
] as const;

/** The table that the bench ends with; also valid Markdown. */
export function table(results: RunResult[]): string {
  const rows = results.map((result) => [
    result.fault,
    result.injected,
    result.images,
    result.lost,
    result.doubled,
    result.failed,
    result.completions,
    `${result.uploads.accepted}/${result.uploads.refused}/${result.uploads.unanswered}`,
    result.secondsToRecover?.toFixed(1) ?? '-',
    Math.round(result.slowestHealthMs),
    result.forbidden,
    result.problems.length,
  ]);
  const cells = [COLUMNS, ...rows].map((row) => row.map(String));
  const widths = COLUMNS.map((_, at) => Math.max(...cells.map((row) => row[at].length)));
  const line = (row: string[]) =>
    `| ${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join(' | ')} |`;
  const [head, ...body] = cells.map(line);
  const rule = `|${widths.map((width, at) => (at === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [head, rule, ...body].join('\n');
}

/** Puts the tables, and where they were taken, between their marks in docs/reliability.md. */
export async function writeReport(
  results: RunResult[],
  { seed, minutes }: { seed: number; minutes: number },
): Promise<void> {
  const [{ model }] = cpus();
  const machine = `${cpus().length} cores (${model.trim()}), ${Math.round(totalmem() / 1024 ** 3)} GB, Node.js ${process.versions.node}`;
  const date = new Date().toISOString().slice(0, 10);
  const images = results.reduce((sum, result) => sum + result.images, 0);
  const taken = `Taken on ${date} by \`npm run chaos -- --seed ${seed} --write\` on ${machine}: ${images} images in ${minutes.toFixed(0)} minutes.`;
  const promised = promises(results);
  const notes = results.flatMap(({ fault, notes: found, problems }) =>
    [...found, ...problems.map((problem) => `**problem:** ${problem.split('\n')[0]}`)].map(
      (text) => `- ${fault}: ${text}`,
    ),
  );
  let text = readFileSync(DOCUMENT, 'utf8');
  text = put(text, 'promises', `${taken}\n\n${promised.join('\n')}`);
  text = put(text, 'faults', [table(results), notes.join('\n')].join('\n\n'));
  writeFileSync(
    DOCUMENT,
    await format(text, { parser: 'markdown', printWidth: 100, singleQuote: true }),
  );
}

/** Between its two marks the document is generated; around them it is written. */
function put(document: string, mark: string, text: string): string {
  const [begin, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  const [head] = document.split(begin);
  const [, tail] = document.split(end);
  return `${head}${begin}\n\n${text}\n\n${end}${tail}`;
}
