import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ImageFormat } from '../../compression/inspect/image-format.js';

/**
 * An additional output of a completed image. The first output is in the row of the image.
 * Duplicates have no rows; they use those of their first image (`same_as`).
 */
@Entity('image_outputs')
@Index('image_outputs_artifact', ['artifactKey'])
export class ImageOutput {
  /** A string, because it is a bigint. */
  @PrimaryColumn('bigint', { name: 'image_id' })
  imageId!: string;

  /** Position in the `outputs` of the request, from 1. */
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
