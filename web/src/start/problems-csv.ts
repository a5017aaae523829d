import { saveText } from '../api/client.js';
import type { CsvProblem } from '../api/types.js';

const HEADER = ['row', 'line', 'column', 'code', 'message', 'value'];

export function downloadProblems(fileName: string, problems: CsvProblem[]): void {
  saveText(`${fileName.replace(/\.\w+$/, '')}-problems.csv`, problemsCsv(problems));
}

/** With a byte order mark, so that spreadsheets read it as UTF-8. Formulas become text. */
export function problemsCsv(problems: CsvProblem[]): string {
  const rows = problems.map(({ row, line, column, code, message, value }) => [
    String(row ?? ''),
    String(line),
    column ?? '',
    code,
    message,
    value ?? '',
  ]);
  const lines = [HEADER, ...rows].map((cells) => cells.map(escapeCell).join(','));
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

/** As OWASP's page on CSV injection advises. */
function escapeCell(text: string): string {
  const safe = /^[\s\uFEFF]*[=+\-@＝＋－＠\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
