import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * Bytes of artifacts that were added and removed on one day. Triggers on `artifacts` maintain it.
 * Several rows per day let connections write concurrently.
 */
@Entity('storage_usage')
export class StorageUsage {
  /** `2026-01-31`, UTC. */
  @PrimaryColumn('date')
  day!: string;

  /** Connection that writes, modulo the number of rows for each day. */
  @PrimaryColumn('smallint')
  slot!: number;

  @Column('bigint', { default: 0 })
  added!: string;

  @Column('bigint', { default: 0 })
  removed!: string;
}
