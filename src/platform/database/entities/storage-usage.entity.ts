import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * Bytes of artifacts that were added and removed on one day. Triggers on `artifacts` update these rows.
 * Several rows per day allow connections to write concurrently.
 */
@Entity('storage_usage')
export class StorageUsage {
  /** UTC date, e.g. `2026-01-31`. */
  @PrimaryColumn('date')
  day!: string;

  /** ID of the writing connection, modulo the number of rows per day. */
  @PrimaryColumn('smallint')
  slot!: number;

  @Column('bigint', { default: 0 })
  added!: string;

  @Column('bigint', { default: 0 })
  removed!: string;
}
