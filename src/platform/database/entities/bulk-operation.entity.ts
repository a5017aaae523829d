import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * Operations on the images of a request. The row of the request changes before the operation starts.
 * - `cancel`: unfinished images become `cancelled`.
 * - `retry`: failed images become `pending`.
 * - `resume`: failed and canceled images become `pending`.
 * - `remove`: products and images are deleted. The row of the request no longer exists.
 */
export const BULK_OPERATION_KINDS = ['cancel', 'retry', 'resume', 'remove'] as const;
export type BulkOperationKind = (typeof BULK_OPERATION_KINDS)[number];

/**
 * An operation on all images of one request, executed in small batches. The HTTP call returns without
 * waiting for millions of images. The operation survives a crash, because each batch updates its rows and
 * the cursor in one transaction.
 */
@Entity('request_sweeps')
@Index('request_sweeps_in_order', ['createdAt'])
export class BulkOperation {
  @PrimaryColumn('uuid', { name: 'request_id' })
  requestId!: string;

  @Column('enum', { enum: BULK_OPERATION_KINDS, enumName: 'sweep_kind' })
  kind!: BulkOperationKind;

  /** First part of the cursor: the row of the last processed image. */
  @Column('int', { name: 'row_number', default: 0 })
  rowNumber!: number;

  /** Second part of the cursor. */
  @Column('int', { default: 0 })
  position!: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
