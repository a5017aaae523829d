import { NotFoundException } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AppError } from '../errors/app-error.js';
import { HTTP_ERRORS } from './error-table.js';

export class MethodNotAllowedError extends AppError {
  constructor(method: string, allowed: string) {
    super(HTTP_ERRORS.method_not_allowed, {
      message: `${method} is not possible here. This path takes ${allowed}.`,
    });
  }
}

/** What Express's router keeps of a route (https://github.com/pillarjs/router, lib/layer.js). */
interface Layer {
  route?: { methods: Record<string, boolean> };
  match(path: string): boolean;
}

/**
 * Express takes a path that has routes for other methods alone for one that does not exist; the
 * answer is to name those methods (RFC 9110, 15.5.6).
 */
export function asMethodNotAllowed(
  thrown: unknown,
  request: Request,
  response: Response,
): MethodNotAllowedError | undefined {
  if (!(thrown instanceof NotFoundException)) return undefined;
  const allowed = allowedMethods(request);
  if (allowed.length === 0 || allowed.includes(request.method)) return undefined;
  response.setHeader('Allow', allowed.join(', '));
  return new MethodNotAllowedError(request.method, allowed.join(', '));
}

function allowedMethods({ app, path }: Request): string[] {
  const routes = (app.router.stack as unknown as Layer[])
    .filter((layer) => layer.route !== undefined && layer.match(path))
    .flatMap((layer) => Object.keys(layer.route!.methods));
  const methods = new Set(routes.map((method) => method.toUpperCase()));
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].toSorted();
}
