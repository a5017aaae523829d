import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One row of the uploaded CSV. Written once, by the upload's COPY. */
@Entity('products')
export class Product {
  @PrimaryColumn('uuid', { name: 'request_id' })
  requestId!: string;

  /** From 1, blank lines and the header not counted. */
  @PrimaryColumn('int', { name: 'row_number' })
  rowNumber!: number;

  /** Text: leading zeros survive, duplicates are legal. */
  @Column('text', { name: 'serial_number' })
  serialNumber!: string;

  @Column('text', { name: 'product_name' })
  productName!: string;

  /** The original cells, as many as the header has; spilled URLs joined by `,` into their one cell. */
  @Column('text', { array: true })
  cells!: string[];
}
