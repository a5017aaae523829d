import type { DataSource } from 'typeorm';
import { PreparedStatement } from '../prepared-statement.js';

const READ_CELLS = new PreparedStatement<{ cells: string[] }>(
  'read_cells_of_image',
  `SELECT product.cells FROM images image
   JOIN products product ON product.request_id = image.request_id AND product.row_number = image.row_number
   WHERE image.id = $1 AND image.cell_reference IS NULL`,
);

/** Returns the original cells of an image's row. Returns an empty array if the URL of the image was corrected. */
export async function readImageCells(dataSource: DataSource, id: string): Promise<string[]> {
  const [row] = await READ_CELLS.execute(dataSource, [id]);
  return row?.cells ?? [];
}
