import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * Bytes of an additional output of a request. Only statements that change its images update this row.
 * `bytes_out` of the request contains the bytes of the first output.
 */
@Entity('request_outputs')
export class RequestOutputBytes {
  @PrimaryColumn('uuid', { name: 'request_id' })
  requestId!: string;

  /** Index in the `outputs` of the request. The first output has index 0 and no row. */
  @PrimaryColumn('smallint')
  output!: number;

  /** Total bytes of this output for all completed images. A string, because the column is a bigint. */
  @Column('bigint', { name: 'bytes_out', default: 0 })
  bytesOut!: string;
}
