import { Injectable } from '@nestjs/common';
import { Env } from '../../platform/config/env.js';
import { PausesRepository } from '../../platform/database/repositories/pauses.js';
import { WaitingWorkRepository } from '../../platform/database/repositories/waiting-work.js';
import { WorkersRepository } from '../../platform/database/repositories/workers.js';
import { RequestNotFoundError } from '../../platform/http/id.pipe.js';
import { RedisProbe } from '../../platform/queues/redis-probe.js';
import type { WaitingFacts, WaitingReason } from './waiting-facts.js';
import { describeWaitingReasons } from './waiting-reasons.js';

const MAX_PAUSES = 1000;
const MAX_WORKERS = 200;

/** Explains why a request is waiting, based on the state of the database, Redis and all processes. */
@Injectable()
export class WaitingService {
  constructor(
    private readonly waiting: WaitingWorkRepository,
    private readonly workers: WorkersRepository,
    private readonly pauses: PausesRepository,
    private readonly redisProbe: RedisProbe,
    private readonly env: Env,
  ) {}

  /** @throws RequestNotFoundError */
  async explainWaiting(id: string): Promise<{ facts: WaitingFacts; reasons: WaitingReason[] }> {
    const request = await this.waiting.findRequest(id);
    if (!request) throw new RequestNotFoundError();
    const [images, work, pauses, origins, workers, redisFault] = await Promise.all([
      this.waiting.countWaitingByHost(id),
      this.waiting.sumOpenWork(request.owner, id),
      this.pauses.listActivePauses(MAX_PAUSES),
      this.workers.listOriginStates(),
      this.workers.listRunningWorkers(MAX_WORKERS),
      this.redisProbe.findError(),
    ]);
    const facts: WaitingFacts = {
      request,
      images,
      work,
      originPauses: pauses.filter(({ kind }) => kind === 'origin'),
      origins,
      workers,
      redisFault: redisFault?.message,
      limits: {
        maxOpenRequests: this.env.MAX_OPEN_REQUESTS,
        maxOpenImages: this.env.MAX_OPEN_IMAGES,
      },
    };
    return { facts, reasons: describeWaitingReasons(facts) };
  }
}
