import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Number of audited images of a request that have one specific result. */
@Entity('request_audits')
export class RequestAudit {
  @PrimaryColumn('uuid', { name: 'request_id' })
  requestId!: string;

  /** `pass`, or a reason code. An image with several reasons counts once for each reason. */
  @PrimaryColumn('text')
  reason!: string;

  @Column('int', { default: 0 })
  images!: number;
}
