import { useMemo } from 'preact/hooks';
import type { CatalogColumn, ColumnRole, UploadCheck } from '../../api/types.js';
import { formatQuantity } from '../../format.js';
import { ColumnSamples } from './column-samples.js';
import { type FileOptions, getRoles, assignRole } from '../options/file-options.js';

interface Props {
  response: Pick<UploadCheck, 'header' | 'preview'>;
  options: FileOptions;
  isBusy: boolean;
  onChange: (options: FileOptions) => void;
}

const ROLES: { value: ColumnRole | ''; name: string }[] = [
  { value: 'image', name: 'Image' },
  { value: 'product_name', name: 'Product name' },
  { value: 'serial_number', name: 'Serial number' },
  { value: '', name: 'Don’t import' },
];

/** Lists the columns of the file with their roles. Changing a role checks the file again. */
export function MappingTable({ response: { header, preview }, options, isBusy, onChange }: Props) {
  const roles = getRoles(header, options);
  const columnNames = JSON.stringify(header.map(({ name }) => name));
  // Depends only on the names, so rows keep their position when the user changes a role.
  const [firstIndexes, otherIndexes] = useMemo(() => splitColumns(header), [columnNames]);
  const renderRow = (index: number) => (
    <MappingRow
      key={index}
      column={header[index]}
      role={roles[index]}
      previewRows={roles.filter((role) => role === 'image').length === 1 ? preview : []}
      onChange={(role) => onChange(assignRole(header, options, index, role))}
    />
  );
  return (
    <section class="sheet mapping" aria-labelledby="columns" aria-busy={isBusy}>
      <div class="row spread">
        <h2 id="columns">Columns</h2>
        <span class="soft small" role="status">
          {isBusy ? 'Checking…' : ''}
        </span>
      </div>
      <MappingRows>{firstIndexes.map(renderRow)}</MappingRows>
      {otherIndexes.length > 0 && (
        <details>
          <summary>{formatQuantity(otherIndexes.length, 'other column')}, not imported</summary>
          <MappingRows>{otherIndexes.map(renderRow)}</MappingRows>
        </details>
      )}
    </section>
  );
}

/** Separates the columns that are not imported and contain no URLs. A long list collapses them. Returns indexes. */
function splitColumns(header: CatalogColumn[]): [number[], number[]] {
  const indexes = header.map((_, index) => index);
  const isRelevant = (index: number) => header[index].role !== null || header[index].contains_urls;
  if (header.length <= MAX_UNSPLIT_COLUMNS) return [indexes, []];
  return [indexes.filter(isRelevant), indexes.filter((index) => !isRelevant(index))];
}

/** Maximum length of a list that shows all columns. A longer list collapses the less relevant columns. */
const MAX_UNSPLIT_COLUMNS = 8;

const MappingRows = ({ children }: { children: preact.ComponentChildren }) => (
  <table class="mapping-rows">
    <thead>
      <tr>
        <th scope="col">Column in your file</th>
        <th scope="col">Sample values</th>
        <th scope="col">Import as</th>
      </tr>
    </thead>
    <tbody>{children}</tbody>
  </table>
);

interface RowProps {
  column: CatalogColumn;
  role: ColumnRole | null;
  previewRows: UploadCheck['preview'];
  onChange: (role: ColumnRole | null) => void;
}

function MappingRow({ column, role, previewRows, onChange }: RowProps) {
  return (
    <tr class={role ? '' : 'not-imported'}>
      <th scope="row" class="breakable">
        {column.name || <span class="soft">No name</span>}
      </th>
      <td>
        <ColumnSamples column={column} isImage={role === 'image'} rows={previewRows} />
      </td>
      <td>
        <select
          aria-label={`Import ${column.name || 'the column without a name'} as`}
          value={role ?? ''}
          onChange={(event) => onChange((event.currentTarget.value || null) as ColumnRole | null)}
        >
          {ROLES.map(({ value, name }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </td>
    </tr>
  );
}
