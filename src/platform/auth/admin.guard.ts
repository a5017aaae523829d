import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { AdminAccess } from './admin-access.js';

/** Admits only operators. */
@Injectable()
export class AdminGuard implements CanActivate {
  constructor(private readonly access: AdminAccess) {}

  canActivate(context: ExecutionContext): boolean {
    this.access.assertAdmin(context.switchToHttp().getRequest<Request>());
    return true;
  }
}
