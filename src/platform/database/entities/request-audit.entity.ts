import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Number of audited images of a request with one result. */
@Entity('request_audits')
export class RequestAudit {
  @PrimaryColumn('uuid', { name: 'request_id' })
  requestId!: string;

  /** `pass`, or the code of a reason. An image with several reasons counts for each of them. */
  @PrimaryColumn('text')
  reason!: string;

  @Column('int', { default: 0 })
  images!: number;
}
