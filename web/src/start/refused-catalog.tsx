import { saveText } from '../api/client.js';
import type { CsvProblem } from '../api/types.js';
import { count, counted } from '../format.js';
import type { Refusal } from './check.js';
import { inColumnWords } from './column-words.js';

interface Props {
  file: File;
  problem: Refusal;
  onStartOver: () => void;
}

/** Every reason why the catalog can't be used, each with its place. */
export function RefusedCatalog({ file, problem, onStartOver }: Props) {
  const errors = problem.errors ?? [];
  const total = problem.error_count ?? errors.length;
  return (
    <div class="stack refused">
      <div class="row spread">
        <h1 class="breakable" tabIndex={-1}>
          {file.name}
        </h1>
        <button class="button primary" type="button" onClick={onStartOver}>
          Choose another file
        </button>
      </div>
      <div class="notice bad" role="alert">
        {total > 0 ? (
          <>
            <strong>{`${counted(total, 'problem')} to fix`}</strong>. Correct the file, then choose
            it again.
          </>
        ) : (
          <>
            <strong>This can’t be used.</strong> {problem.detail}
          </>
        )}
      </div>
      {errors.length > 0 && (
        <section class="sheet stack" aria-labelledby="problems">
          <div class="row spread">
            <h2 id="problems">
              {total > errors.length
                ? `The first ${count(errors.length)} of ${counted(total, 'problem')}`
                : 'Problems found'}
            </h2>
            <button class="button tiny" type="button" onClick={() => download(file.name, errors)}>
              Download as CSV
            </button>
          </div>
          <ProblemTable errors={errors} />
        </section>
      )}
    </div>
  );
}

function ProblemTable({ errors }: { errors: CsvProblem[] }) {
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label="Problems">
      <table class="problems">
        <thead>
          <tr>
            <th scope="col">Row</th>
            <th scope="col">Line</th>
            <th scope="col">Column</th>
            <th scope="col">Reason</th>
            <th scope="col">Value found</th>
          </tr>
        </thead>
        <tbody>
          {errors.map((error, index) => (
            <tr key={index}>
              <td class="number">{error.row ?? '–'}</td>
              <td class="number">{error.line}</td>
              <td>{error.column ?? '–'}</td>
              <td>{inColumnWords(error.message)}</td>
              <td class="breakable">{error.value === null ? '–' : <code>{error.value}</code>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** With a byte order mark, so that spreadsheets read it as UTF-8; formulas are made text. */
function download(name: string, errors: CsvProblem[]): void {
  const rows = errors.map(({ row, line, column, code, message, value }) => [
    row ?? '',
    line,
    column ?? '',
    code,
    message,
    value ?? '',
  ]);
  const lines = [['row', 'line', 'column', 'code', 'reason', 'value'], ...rows].map((cells) =>
    cells.map((text) => cell(String(text))).join(','),
  );
  const text = `\uFEFF${lines.join('\r\n')}\r\n`;
  saveText(`${name.replace(/\.\w+$/, '')}-problems.csv`, text);
}

/** OWASP's advice on CSV injection. */
function cell(text: string): string {
  const safe = /^[\s\uFEFF]*[=+\-@＝＋－＠\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
