import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

/** Number of images of a request with one result of the audit. */
export interface AuditCount {
  /** `pass`, or the code of a reason. An image with several reasons counts for each of them. */
  reason: string;
  images: number;
}

@Injectable()
export class RequestAuditsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Returns the results of a request, most frequent first. */
  countByReason(requestId: string): Promise<AuditCount[]> {
    return this.dataSource.query<AuditCount[]>(
      `SELECT reason, images FROM request_audits WHERE request_id = $1 AND images > 0
       ORDER BY images DESC, reason`,
      [requestId],
    );
  }
}
