import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, In } from 'typeorm';
import { ProcessingRequest } from '../entities/processing-request.entity.js';
import type { RequestStatus } from '../states.js';
import { ownerPausedCondition } from '../statements/paused-condition.js';

export interface RequestFilter {
  /** ID of a request. Selects only requests that are older. */
  olderThan?: string;
  status?: RequestStatus;
  /** Name of the API key that uploaded the requests. */
  owner?: string;
  /** Part of the file name, or prefix of the ID. */
  search?: string;
}

@Injectable()
export class RequestsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  findRequest(id: string): Promise<ProcessingRequest | null> {
    return this.dataSource.getRepository(ProcessingRequest).findOneBy({ id });
  }

  findRequests(ids: string[]): Promise<ProcessingRequest[]> {
    return this.dataSource.getRepository(ProcessingRequest).findBy({ id: In(ids) });
  }

  /** Returns the name of the API key that uploaded a request; undefined if the request does not exist. */
  async findOwner(id: string): Promise<string | undefined> {
    const request = await this.dataSource
      .getRepository(ProcessingRequest)
      .findOne({ where: { id }, select: { id: true, owner: true } });
    return request?.owner;
  }

  /** Returns true if any request that may be dispatched has not started yet. */
  async hasPendingRequests(): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      `SELECT 1 FROM processing_requests request
       WHERE status = 'pending' AND NOT ${ownerPausedCondition('request.owner')}
         AND EXISTS (SELECT 1 FROM due_requests WHERE request_id = request.id) LIMIT 1`,
    );
    return rows.length > 0;
  }

  /** Returns requests, newest first. IDs are UUID v7, which sort by age. */
  listNewest(limit: number, filter: RequestFilter = {}): Promise<ProcessingRequest[]> {
    const { olderThan, status, owner, search } = filter;
    const query = this.dataSource
      .getRepository(ProcessingRequest)
      .createQueryBuilder('request')
      .orderBy('request.id', 'DESC')
      .take(limit);
    if (olderThan) query.andWhere('request.id < :olderThan', { olderThan });
    if (status) query.andWhere('request.status = :status', { status });
    if (owner !== undefined) query.andWhere('request.owner = :owner', { owner });
    if (search) {
      const escapedSearch = search.replaceAll(/[\\%_]/g, String.raw`\$&`);
      query.andWhere('(request.filename ILIKE :substring OR request.id::text LIKE :prefix)', {
        substring: `%${escapedSearch}%`,
        prefix: `${escapedSearch.toLowerCase()}%`,
      });
    }
    return query.getMany();
  }
}
