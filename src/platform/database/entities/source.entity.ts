import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * What a URL gave when it was last fetched, so that its server can be asked whether that still holds.
 * Only of servers that give a validator (RFC 9110, 8.8), and never the URL itself.
 */
@Entity('sources')
@Index('sources_by_age', ['seenAt'])
export class Source {
  /** SHA-256 of the URL as it stands in the catalog. */
  @PrimaryColumn('bytea')
  key!: Buffer;

  @Column('text', { nullable: true })
  etag!: string | null;

  /** As the server wrote it. */
  @Column('text', { name: 'last_modified', nullable: true })
  lastModified!: string | null;

  /** Of the image's bytes. */
  @Column('bytea')
  sha256!: Buffer;

  @Column('int')
  bytes!: number;

  @Column('timestamptz', { name: 'seen_at', default: () => 'now()' })
  seenAt!: Date;
}
