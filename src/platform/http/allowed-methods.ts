import { NotFoundException } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AppError } from '../errors/app-error.js';
import { HTTP_ERRORS } from './error-table.js';

class MethodNotAllowedError extends AppError {
  constructor(method: string, allowedMethods: string) {
    super(HTTP_ERRORS.method_not_allowed, {
      message: `${method} is not allowed. This path accepts ${allowedMethods}.`,
    });
  }
}

/** Route data of Express's router (https://github.com/pillarjs/router, lib/layer.js). */
interface Layer {
  route?: { methods: Record<string, boolean> };
  match(path: string): boolean;
}

/**
 * Returns a 405 error and sets the `Allow` header (RFC 9110, 15.5.6). Express returns 404 if a path has
 * routes only for other methods.
 */
export function toMethodNotAllowedError(
  error: unknown,
  request: Request,
  response: Response,
): MethodNotAllowedError | undefined {
  if (!(error instanceof NotFoundException)) return undefined;
  const allowedMethods = findAllowedMethods(request);
  if (allowedMethods.length === 0 || allowedMethods.includes(request.method)) return undefined;
  response.setHeader('Allow', allowedMethods.join(', '));
  return new MethodNotAllowedError(request.method, allowedMethods.join(', '));
}

function findAllowedMethods({ app, path }: Request): string[] {
  const routes = (app.router.stack as unknown as Layer[])
    .filter((layer) => layer.route !== undefined && layer.match(path))
    .flatMap((layer) => Object.keys(layer.route!.methods));
  const methods = new Set(routes.map((method) => method.toUpperCase()));
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].toSorted();
}
