import { saveText } from '../api/client.js';
import type { CsvProblem } from '../api/types.js';

const HEADER = ['row', 'line', 'column', 'code', 'message', 'value'];

export function downloadProblems(fileName: string, problems: CsvProblem[]): void {
  saveText(`${fileName.replace(/\.\w+$/, '')}-problems.csv`, problemsCsv(problems));
}

/** Returns the problems as CSV with a byte order mark, which spreadsheets need for UTF-8. Escapes formulas. */
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

/** Escapes formulas as OWASP recommends against CSV injection. */
function escapeCell(text: string): string {
  const safe = /^[\s\uFEFF]*[=+\-@＝＋－＠\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
