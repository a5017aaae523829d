import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ImageFormat } from '../../compression/inspect/image-format.js';

/**
 * An additional output of a completed image. The row of the image contains the first output.
 * Duplicates have no rows; they use the rows of their first image (`same_as`).
 */
@Entity('image_outputs')
@Index('image_outputs_artifact', ['artifactKey'])
export class ImageOutput {
  /** A string, because the column is a bigint. */
  @PrimaryColumn('bigint', { name: 'image_id' })
  imageId!: string;

  /** Index in the `outputs` of the request. The first output has index 0 and no row. */
  @PrimaryColumn('smallint')
  output!: number;

  @Column('uuid', { name: 'request_id' })
  requestId!: string;

  @Column('text', { name: 'artifact_key' })
  artifactKey!: string;

  @Column('text')
  format!: ImageFormat;

  @Column('int')
  width!: number;

  @Column('int')
  height!: number;

  @Column('int', { name: 'bytes_out' })
  bytesOut!: number;

  @Column('boolean', { name: 'kept_original' })
  keptOriginal!: boolean;
}
