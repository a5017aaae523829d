import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * Validators and hash from the last download of a URL, used for the next conditional request. A row exists only
 * if the origin sent a validator (RFC 9110, section 8.8). The URL itself is not stored.
 */
@Entity('sources')
@Index('sources_by_age', ['seenAt'])
export class Source {
  /** SHA-256 of the URL in the product file. */
  @PrimaryColumn('bytea')
  key!: Buffer;

  @Column('text', { nullable: true })
  etag!: string | null;

  /** Unparsed value of `Last-Modified`. */
  @Column('text', { name: 'last_modified', nullable: true })
  lastModified!: string | null;

  /** SHA-256 of the source's bytes. */
  @Column('bytea')
  sha256!: Buffer;

  @Column('int')
  bytes!: number;

  @Column('timestamptz', { name: 'seen_at', default: () => 'now()' })
  seenAt!: Date;
}
