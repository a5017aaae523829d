import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * Bytes of an additional output of a request. Only the statements that change its images change it.
 * The bytes of the first output are `bytes_out` of the request.
 */
@Entity('request_outputs')
export class RequestOutputBytes {
  @PrimaryColumn('uuid', { name: 'request_id' })
  requestId!: string;

  /** Position in the `outputs` of the request, from 1. */
  @PrimaryColumn('smallint')
  output!: number;

  /** Bytes of this output of all completed images; a string, because it is a bigint. */
  @Column('bigint', { name: 'bytes_out', default: 0 })
  bytesOut!: string;
}
