import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ImageFormat } from '../../compression/inspect/image-format.js';

/** One stored compressed file, addressed by its source and options. */
@Entity('artifacts')
@Index('artifacts_to_sweep', ['collectAfter'], { where: 'sweep_after IS NOT NULL' })
export class Artifact {
  /** HMAC-SHA256 (hex) over the source's bytes and the options that were applied to it. */
  @PrimaryColumn('text')
  key!: string;

  @Column('text')
  format!: ImageFormat;

  @Column('int')
  width!: number;

  @Column('int')
  height!: number;

  /** Size of the file. */
  @Column('int')
  bytes!: number;

  /** SHA-256 of the file's content; null in rows that were written before this column existed. */
  @Column('bytea', { nullable: true })
  sha256!: Buffer | null;

  /**
   * The artifact is identical to the source, because compression would not have made it smaller.
   */
  @Column('boolean', { name: 'kept_original' })
  keptOriginal!: boolean;

  /** Format and pixels of the source. Null in rows of earlier versions, as all facts of the source. */
  @Column('text', { name: 'source_format', nullable: true })
  sourceFormat!: ImageFormat | null;

  @Column('int', { name: 'source_width', nullable: true })
  sourceWidth!: number | null;

  @Column('int', { name: 'source_height', nullable: true })
  sourceHeight!: number | null;

  @Column('boolean', { name: 'source_animated', nullable: true })
  sourceAnimated!: boolean | null;

  /** Difference hash (dHash) of the source; a string, because it is a bigint. */
  @Column('bigint', { name: 'source_hash', nullable: true })
  sourceHash!: string | null;

  /** Quality that automatic quality or `max_bytes` chose; null without them. */
  @Column('smallint', { nullable: true })
  quality!: number | null;

  /** SSIMULACRA 2 score that was measured at this quality; null if none was. */
  @Column('real', { nullable: true })
  score!: number | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  /**
   * Time from which garbage collection removes its file. Null while an image uses it. Set at its
   * reservation, until an image is recorded with it. Set again when the last image that used it is
   * removed.
   */
  @Column('timestamptz', { name: 'sweep_after', nullable: true })
  collectAfter!: Date | null;
}
