import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One row of the uploaded file. The COPY of the upload writes it once. */
@Entity('products')
export class Product {
  @PrimaryColumn('uuid', { name: 'request_id' })
  requestId!: string;

  /** From 1, without blank lines and the header. */
  @PrimaryColumn('int', { name: 'row_number' })
  rowNumber!: number;

  /** Text, to keep leading zeros. Duplicates are allowed. */
  @Column('text', { name: 'serial_number' })
  serialNumber!: string;

  @Column('text', { name: 'product_name' })
  productName!: string;

  /**
   * The original cells, as many as the header has. URLs in surplus cells are joined by `,` into the URL
   * cell.
   */
  @Column('text', { array: true })
  cells!: string[];
}
