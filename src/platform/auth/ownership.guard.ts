import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import type { Request } from 'express';
import { callerOf } from '../http/caller.js';
import { RequestNotFoundError } from '../http/id.pipe.js';
import { RequestsRepository } from '../database/repositories/requests.js';
import { ApiKeyMissingError } from './auth-errors.js';
import { isPublic } from './public-paths.js';

/**
 * Every route of every feature passes here: where its path names a request (`:id`), that request has
 * to belong to the caller. What belongs to somebody else is answered like what does not exist.
 */
@Injectable()
export class OwnershipGuard implements CanActivate {
  constructor(private readonly requests: RequestsRepository) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    if (isPublic(request.method, request.path)) return true;
    const caller = callerOf(request);
    // Only when the gate was left out of an app's start.
    if (!caller) throw new ApiKeyMissingError();

    const id = request.params.id;
    if (caller.seesAll || typeof id !== 'string' || !isUUID(id)) return true;
    const owner = await this.requests.ownerOf(id.toLowerCase());
    if (owner !== caller.name) throw new RequestNotFoundError();
    return true;
  }
}
