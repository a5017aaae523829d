import { Injectable, Logger } from '@nestjs/common';
import type { PauseKind } from '../../platform/database/entities/dispatch-pause.entity.js';
import { ImagesRepository } from '../../platform/database/repositories/images.js';
import { type ActivePause, PausesRepository } from '../../platform/database/repositories/pauses.js';
import { AppError } from '../../platform/errors/app-error.js';
import { InvalidParameterError } from '../../platform/http/validation.js';
import { Signals } from '../../platform/queues/signals.js';
import { OPERATOR_ERRORS } from './error-table.js';
import type { NewPauseDto, PauseTargetDto } from './pauses.dto.js';
import { parseUrl } from '../../platform/url/parse-url.js';

/** Pauses and resumes origins and owners. Logs each action with the name of the operator. */
@Injectable()
export class PausesService {
  private readonly log = new Logger('Operator');

  constructor(
    private readonly pauses: PausesRepository,
    private readonly images: ImagesRepository,
    private readonly signals: Signals,
  ) {}

  /** Pauses an origin or an owner. Images in progress are completed. */
  async pauseTarget({ kind, name, reason }: NewPauseDto, operator: string): Promise<ActivePause> {
    const target = normalizeTargetName(kind, name);
    const pause = await this.pauses.pauseDispatch(kind, target, reason, operator);
    const imageCount = await this.images.returnPausedImages();
    this.log.log({
      message: `Paused ${kind} "${target}"`,
      operator,
      kind,
      name: target,
      reason,
      images: imageCount,
    });
    return pause;
  }

  /** Ends a pause. @throws AppError `pause_not_found` */
  async resumeTarget({ kind, name }: PauseTargetDto, operator: string): Promise<void> {
    const target = normalizeTargetName(kind, name);
    const hasEnded = await this.pauses.resumeDispatch(kind, target, operator);
    if (!hasEnded) throw new AppError(OPERATOR_ERRORS.pause_not_found);
    this.log.log({ message: `Resumed ${kind} "${target}"`, operator, kind, name: target });
    this.signals.imagesDue.next();
  }
}

/**
 * Normalizes a host to the form that image URLs use. Also accepts a full URL.
 * @throws InvalidParameterError
 */
export function normalizeTargetName(kind: PauseKind, name: string): string {
  if (kind === 'owner') return name;
  // Hosts do not include a default port. The URL parser removes port 80 for HTTP and 443 for HTTPS.
  const scheme = name.endsWith(':80') ? 'http' : 'https';
  const href = /^https?:\/\//i.test(name) ? name : `${scheme}://${name}`;
  const host = parseUrl(href)?.host ?? '';
  if (host === '') {
    throw new InvalidParameterError([
      { field: 'name', message: 'name must be a host such as shop.example.com' },
    ]);
  }
  return host;
}
