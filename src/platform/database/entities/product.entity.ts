import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One row of the product file. The upload writes it with COPY, and it never changes. */
@Entity('products')
export class Product {
  @PrimaryColumn('uuid', { name: 'request_id' })
  requestId!: string;

  /** Row number, starting at 1. Blank lines and the header do not count. */
  @PrimaryColumn('int', { name: 'row_number' })
  rowNumber!: number;

  /** A string, to preserve leading zeros. Duplicates are allowed. */
  @Column('text', { name: 'serial_number' })
  serialNumber!: string;

  @Column('text', { name: 'product_name' })
  productName!: string;

  /**
   * Original cells, one for each header cell. The URL cell also contains the URLs of surplus cells,
   * separated by commas.
   */
  @Column('text', { array: true })
  cells!: string[];
}
