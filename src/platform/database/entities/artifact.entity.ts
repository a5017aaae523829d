import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ImageFormat } from '../../compression/inspect/image-format.js';

/** A stored compressed file, identified by its source and options. */
@Entity('artifacts')
@Index('artifacts_to_sweep', ['collectAfter'], { where: 'sweep_after IS NOT NULL' })
export class Artifact {
  /** HMAC-SHA256 (hex) of the source's bytes and the compression options. */
  @PrimaryColumn('text')
  key!: string;

  @Column('text')
  format!: ImageFormat;

  @Column('int')
  width!: number;

  @Column('int')
  height!: number;

  /** Size of the file, in bytes. */
  @Column('int')
  bytes!: number;

  /** SHA-256 of the file's content; null in rows that are older than this column. */
  @Column('bytea', { nullable: true })
  sha256!: Buffer | null;

  /** True if the artifact is identical to the source, because compression would not have made it smaller. */
  @Column('boolean', { name: 'kept_original' })
  keptOriginal!: boolean;

  /** Format of the source. All `source…` columns are null in rows of earlier versions. */
  @Column('text', { name: 'source_format', nullable: true })
  sourceFormat!: ImageFormat | null;

  @Column('int', { name: 'source_width', nullable: true })
  sourceWidth!: number | null;

  @Column('int', { name: 'source_height', nullable: true })
  sourceHeight!: number | null;

  @Column('boolean', { name: 'source_animated', nullable: true })
  sourceAnimated!: boolean | null;

  /** Difference hash (dHash) of the source. A string, because the column is a bigint. */
  @Column('bigint', { name: 'source_hash', nullable: true })
  sourceHash!: string | null;

  /** Quality that was selected for a target score or `max_bytes`; null without them. */
  @Column('smallint', { nullable: true })
  quality!: number | null;

  /** SSIMULACRA 2 score at this quality; null if it was not measured. */
  @Column('real', { nullable: true })
  score!: number | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  /**
   * Time after which garbage collection removes the file. Null while an image uses the artifact. Set when
   * the artifact is reserved, and again when the last image that uses it is removed.
   */
  @Column('timestamptz', { name: 'sweep_after', nullable: true })
  collectAfter!: Date | null;
}
