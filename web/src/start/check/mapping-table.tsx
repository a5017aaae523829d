import { useMemo } from 'preact/hooks';
import type { CatalogColumn, ColumnRole, UploadChecked } from '../../api/types.js';
import { formatQuantity } from '../../format.js';
import { ColumnSamples } from './column-samples.js';
import { type FileOptions, getRoles, withRole } from '../options/file-options.js';

interface Props {
  response: Pick<UploadChecked, 'header' | 'preview'>;
  options: FileOptions;
  busy: boolean;
  onChange: (options: FileOptions) => void;
}

const ROLES: { value: ColumnRole | ''; name: string }[] = [
  { value: 'image', name: 'Image' },
  { value: 'product_name', name: 'Product name' },
  { value: 'serial_number', name: 'Serial number' },
  { value: '', name: 'Don’t import' },
];

/** Lists the columns of the file with their roles. A change checks the file again. */
export function MappingTable({ response: { header, preview }, options, busy, onChange }: Props) {
  const roles = getRoles(header, options);
  const names = JSON.stringify(header.map(({ name }) => name));
  // A row keeps its position while its column is changed.
  const [first, others] = useMemo(() => splitColumns(header), [names]);
  const row = (index: number) => (
    <MappingRow
      key={index}
      column={header[index]}
      role={roles[index]}
      images={roles.filter((role) => role === 'image').length === 1 ? preview : []}
      onChange={(role) => onChange(withRole(header, options, index, role))}
    />
  );
  return (
    <section class="sheet mapping" aria-labelledby="columns" aria-busy={busy}>
      <div class="row spread">
        <h2 id="columns">Columns</h2>
        <span class="soft small" role="status">
          {busy ? 'Checking…' : ''}
        </span>
      </div>
      <Rows>{first.map(row)}</Rows>
      {others.length > 0 && (
        <details>
          <summary>{formatQuantity(others.length, 'other column')}, not imported</summary>
          <Rows>{others.map(row)}</Rows>
        </details>
      )}
    </section>
  );
}

/** Puts columns without a role last. Those with links could be images. */
function splitColumns(header: CatalogColumn[]): [number[], number[]] {
  const indexes = header.map((_, index) => index);
  const isFirst = (index: number) => header[index].role !== null || header[index].contains_urls;
  const first = indexes.filter(isFirst);
  return header.length <= MAX_ROWS ? [indexes, []] : [first, indexes.filter((i) => !isFirst(i))];
}

/** Number of columns above which columns without a role are collapsed. */
const MAX_ROWS = 8;

const Rows = ({ children }: { children: preact.ComponentChildren }) => (
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
  images: UploadChecked['preview'];
  onChange: (role: ColumnRole | null) => void;
}

function MappingRow({ column, role, images, onChange }: RowProps) {
  return (
    <tr class={role ? '' : 'not-imported'}>
      <th scope="row" class="breakable">
        {column.name || <span class="soft">No name</span>}
      </th>
      <td>
        <ColumnSamples column={column} isImage={role === 'image'} rows={images} />
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
