import type { CsvProblem } from '../../api/types.js';
import { toPageLabels } from './page-labels.js';

/** Lists problems with row, line, column and value. */
export function ProblemTable({ problems }: { problems: CsvProblem[] }) {
  return (
    <div class="scroll-x problem-table" tabIndex={0} role="region" aria-label="Problems">
      <table class="problems">
        <thead>
          <tr>
            <th scope="col">Row</th>
            <th scope="col">Line</th>
            <th scope="col">Column</th>
            <th scope="col">Problem</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {problems.map(({ row, line, column, message, value }, index) => (
            <tr key={index}>
              <td class="number">{row ?? '–'}</td>
              <td class="number">{line}</td>
              <td>{column ?? '–'}</td>
              <td>{toPageLabels(message)}</td>
              <td class="breakable">{value === null ? '–' : <code>{value}</code>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
