import type { UploadChecked } from '../api/types.js';
import { counted } from '../format.js';
import { COLUMN_WORDS } from './column-words.js';
import { Thumbnail } from './thumbnail.js';

const PICTURES_A_ROW = 4;

/** Which column was taken for what, and the first rows with their pictures. */
export function PreviewTable({ answer }: { answer: UploadChecked }) {
  const { columns, preview, products } = answer;
  const more = products - preview.length;
  return (
    <div class="sheet preview-table">
      <div class="scroll-x" tabIndex={0} role="region" aria-label="First rows of the catalog">
        <table>
          <thead>
            <tr>
              <Column found={columns.serial_number ?? ''} meaning={COLUMN_WORDS.serial_number} />
              <Column found={columns.product_name ?? ''} meaning={COLUMN_WORDS.product_name} />
              <Column found={columns.input_image_urls} meaning={COLUMN_WORDS.input_image_urls} />
            </tr>
          </thead>
          <tbody>
            {preview.map(({ row, serial_number, product_name, input_urls }) => (
              <tr key={row}>
                <td class="number">{serial_number}</td>
                <td class="breakable">{product_name}</td>
                <td>
                  <div class="thumbnails">
                    {input_urls.slice(0, PICTURES_A_ROW).map((url, index) => (
                      <Thumbnail
                        key={`${index} ${url}`}
                        url={url}
                        name={`${product_name}, image ${index + 1}`}
                      />
                    ))}
                    {input_urls.length > PICTURES_A_ROW && (
                      <span class="soft small number">+{input_urls.length - PICTURES_A_ROW}</span>
                    )}
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {more > 0 && <p class="soft small">and {counted(more, 'more product')}</p>}
    </div>
  );
}

function Column({ found, meaning }: { found: string; meaning: string }) {
  return (
    <th scope="col">
      {meaning}
      <span class="found">
        from <q>{found}</q>
      </span>
    </th>
  );
}
