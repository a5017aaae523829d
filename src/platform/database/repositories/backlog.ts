import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { type Backlog, readBacklog } from '../statements/read-backlog.js';

/** Numbers of connections from this process to PostgreSQL. */
export interface PoolStatistics {
  active: number;
  idle: number;
  /** Number of statements that are waiting for a connection. */
  waiting: number;
  max: number;
}

/** Reads the unfinished work and the state of the connection pool. */
@Injectable()
export class BacklogRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  readBacklog(): Promise<Backlog> {
    return readBacklog(this.dataSource);
  }

  get pool(): PoolStatistics {
    const { totalCount, idleCount, waitingCount, options } = (
      this.dataSource.driver as PostgresDriver
    ).master as Pool;
    return {
      active: totalCount - idleCount,
      idle: idleCount,
      waiting: waitingCount,
      max: options.max ?? totalCount,
    };
  }
}
