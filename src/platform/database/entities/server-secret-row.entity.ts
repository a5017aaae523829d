import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A secret that all processes on this database share. Generated at the first start. */
@Entity('server_secrets')
export class ServerSecretRow {
  @PrimaryColumn('text')
  name!: string;

  @Column('bytea')
  value!: Buffer;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
