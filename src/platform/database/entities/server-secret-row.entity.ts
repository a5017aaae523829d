import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What all apps on this database have to know alike and nobody else may. Made at the first start. */
@Entity('server_secrets')
export class ServerSecretRow {
  @PrimaryColumn('text')
  name!: string;

  @Column('bytea')
  value!: Buffer;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
