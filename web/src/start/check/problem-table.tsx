import type { ComponentChildren } from 'preact';
import type { FileProblem } from '../../api/types.js';
import { toPageLabels } from './page-labels.js';

interface Props {
  problems: FileProblem[];
}

/** Lists problems with their row, line, column and value. */
export function ProblemTable({ problems }: Props) {
  return (
    <div class="scroll-x problem-table" tabIndex={0} role="region" aria-label="Problems">
      <ProblemRows
        class="problems"
        columns={['Row', 'Line', 'Column', 'Problem']}
        problems={problems}
        renderCells={({ row, line, column, message }) => (
          <>
            <td class="number">{row ?? '–'}</td>
            <td class="number">{line}</td>
            <td>{column ?? '–'}</td>
            <td>{toPageLabels(message)}</td>
          </>
        )}
      />
    </div>
  );
}

interface RowsProps extends Props {
  class: string;
  /** Headings of the cells that `renderCells` returns. */
  columns: string[];
  /** Returns the cells before the value. */
  renderCells: (problem: FileProblem) => ComponentChildren;
}

/** Shows a table of problems. The last column is the value. */
export function ProblemRows({ class: className, columns, problems, renderCells }: RowsProps) {
  return (
    <table class={className}>
      <thead>
        <tr>
          {[...columns, 'Value'].map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {problems.map((problem, index) => (
          <tr key={index}>
            {renderCells(problem)}
            <td class="breakable">{problem.value === null ? '–' : <code>{problem.value}</code>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
