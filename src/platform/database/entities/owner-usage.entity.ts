import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Resources that the images of one owner used on one day (UTC). The row outlives deleted requests. */
@Entity('owner_usage')
export class OwnerUsage {
  @PrimaryColumn('date')
  day!: string;

  /** Name of the API key; empty without keys. */
  @PrimaryColumn('text')
  owner!: string;

  @Column('bigint', { name: 'images_completed', default: 0 })
  imagesCompleted!: string;

  @Column('bigint', { name: 'images_failed', default: 0 })
  imagesFailed!: string;

  /** Source bytes of completed images. */
  @Column('bigint', { name: 'bytes_in', default: 0 })
  bytesIn!: string;

  /** Output bytes of completed images. */
  @Column('bigint', { name: 'bytes_out', default: 0 })
  bytesOut!: string;

  /** Time that decoder processes spent on the images. */
  @Column('bigint', { name: 'compression_ms', default: 0 })
  compressionMs!: string;
}
