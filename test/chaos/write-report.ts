import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { formatMeasuredPromises } from './measured-promises.js';
import { formatMarkdownTable, resultColumns } from './result-table.js';
import type { RunResult } from './run-result.js';

const DOCUMENT_PATH = fileURLToPath(new URL('../../docs/reliability.md', import.meta.url));

/** Writes the measured promises, the table of faults and a description of the machine to docs/reliability.md. */
export async function writeReport(
  results: RunResult[],
  { seed, minutes }: { seed: number; minutes: number },
): Promise<void> {
  const [{ model }] = cpus();
  const machine = `${cpus().length} cores (${model.trim()}), ${Math.round(totalmem() / 1024 ** 3)} GB, Node.js ${process.versions.node}`;
  const date = new Date().toISOString().slice(0, 10);
  const imageCount = results.reduce((sum, result) => sum + result.imageCount, 0);
  const summary = `Measured on ${date} by \`npm run chaos -- --seed ${seed} --write\` on ${machine}: ${imageCount} images in ${minutes.toFixed(0)} minutes.`;
  const notes = results.flatMap(({ fault, notes: faultNotes, problems }) =>
    [...faultNotes, ...problems.map((problem) => `**problem:** ${problem.split('\n')[0]}`)].map(
      (text) => `- ${fault}: ${text}`,
    ),
  );
  const faultsText = [formatMarkdownTable(results, resultColumns), notes.join('\n')].join('\n\n');
  let text = readFileSync(DOCUMENT_PATH, 'utf8');
  text = replaceSection(
    text,
    'promises',
    `${summary}\n\n${formatMeasuredPromises(results).join('\n')}`,
  );
  text = replaceSection(text, 'faults', faultsText);
  writeFileSync(
    DOCUMENT_PATH,
    await format(text, { parser: 'markdown', printWidth: 100, singleQuote: true }),
  );
}

/** Replaces the generated text between the two comments of a section. */
function replaceSection(document: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [head] = document.split(begin);
  const [, tail] = document.split(end);
  return `${head}${begin}\n\n${text}\n\n${end}${tail}`;
}
