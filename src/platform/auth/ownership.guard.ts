import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import type { Request } from 'express';
import { Reflector } from '@nestjs/core';
import { getCaller } from '../http/caller.js';
import { RequestNotFoundError } from '../http/id.pipe.js';
import { RequestsRepository } from '../database/repositories/requests.js';
import { isAdminRoute } from './admin.decorator.js';
import { AdminKeyNotAcceptedError, ApiKeyMissingError } from './auth-errors.js';
import { isPublicRoute } from './public-paths.js';

/**
 * Requires that the request in the path (`:id`) belongs to the caller, on all routes. A request of another
 * owner leads to the same response as an unknown request. Operator routes use `AdminGuard` instead. All
 * other routes reject an admin key, because it owns no requests.
 */
@Injectable()
export class OwnershipGuard implements CanActivate {
  constructor(
    private readonly requests: RequestsRepository,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    if (isPublicRoute(request.method, request.path)) return true;
    const caller = getCaller(request);
    // This happens only in an app without ApiKeyMiddleware.
    if (!caller) throw new ApiKeyMissingError();
    if (isAdminRoute(this.reflector, context)) return true;
    if (caller.admin !== undefined && !caller.canSeeAllRequests)
      throw new AdminKeyNotAcceptedError();

    const id = request.params.id;
    if (caller.canSeeAllRequests || typeof id !== 'string' || !isUUID(id)) return true;
    const owner = await this.requests.findOwner(id.toLowerCase());
    if (owner !== caller.name) throw new RequestNotFoundError();
    return true;
  }
}
