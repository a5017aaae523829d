import { applyDecorators, type ExecutionContext, SetMetadata, UseGuards } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { AdminGuard } from './admin.guard.js';
import { AUTH_ERRORS } from './error-table.js';

const ADMIN_METADATA = 'pressroom:admin';

/**
 * Marks a controller or a route for operators. Calls need a key from `ADMIN_API_KEY` or a session. A call
 * with an API key returns 403 (`admin_key_required`).
 *
 * @example
 * @Admin()
 * @Controller('operator/workers')
 * export class WorkersController {}
 */
export const Admin = () =>
  applyDecorators(SetMetadata(ADMIN_METADATA, true), UseGuards(AdminGuard));

/** Errors that every route with `@Admin()` can return, for `DescribeProblems`. */
export const ADMIN_PROBLEMS = [
  AUTH_ERRORS.admin_key_missing,
  AUTH_ERRORS.admin_key_required,
  AUTH_ERRORS.admin_key_not_configured,
] as const;

export const isAdminRoute = (reflector: Reflector, context: ExecutionContext): boolean =>
  reflector.getAllAndOverride<boolean | undefined>(ADMIN_METADATA, [
    context.getHandler(),
    context.getClass(),
  ]) ?? false;
