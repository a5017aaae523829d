import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

/** Number of images of a request that have one specific audit result. */
export interface AuditCount {
  /** `pass`, or a reason code. An image with several reasons counts once for each reason. */
  reason: string;
  images: number;
}

@Injectable()
export class RequestAuditsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Returns the audit results of a request, most frequent first. */
  countByReason(requestId: string): Promise<AuditCount[]> {
    return this.dataSource.query<AuditCount[]>(
      `SELECT reason, images FROM request_audits WHERE request_id = $1 AND images > 0
       ORDER BY images DESC, reason`,
      [requestId],
    );
  }
}
