import { NotFoundException } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AppError } from '../errors/app-error.js';
import { HTTP_ERRORS } from './error-table.js';

class MethodNotAllowedError extends AppError {
  constructor(method: string, allowed: string) {
    super(HTTP_ERRORS.method_not_allowed, {
      message: `${method} is not allowed. This path accepts ${allowed}.`,
    });
  }
}

/** Route data of Express's router (https://github.com/pillarjs/router, lib/layer.js). */
interface Layer {
  route?: { methods: Record<string, boolean> };
  match(path: string): boolean;
}

/**
 * Responds with 405 and the allowed methods (RFC 9110, 15.5.6). Express returns 404 if a path has
 * routes only for other methods.
 */
export function toMethodNotAllowed(
  thrown: unknown,
  request: Request,
  response: Response,
): MethodNotAllowedError | undefined {
  if (!(thrown instanceof NotFoundException)) return undefined;
  const allowed = findAllowedMethods(request);
  if (allowed.length === 0 || allowed.includes(request.method)) return undefined;
  response.setHeader('Allow', allowed.join(', '));
  return new MethodNotAllowedError(request.method, allowed.join(', '));
}

function findAllowedMethods({ app, path }: Request): string[] {
  const routes = (app.router.stack as unknown as Layer[])
    .filter((layer) => layer.route !== undefined && layer.match(path))
    .flatMap((layer) => Object.keys(layer.route!.methods));
  const methods = new Set(routes.map((method) => method.toUpperCase()));
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].toSorted();
}
