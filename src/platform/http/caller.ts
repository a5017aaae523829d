import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';

/** The caller of an HTTP endpoint. */
export interface Caller {
  /** Name of the API key; empty without keys. The caller owns the requests that it creates. */
  name: string;
  /** True without API keys. Requests then have no owner, so the caller sees all of them. */
  canSeeAllRequests: boolean;
  /** Name of the admin key; undefined for a caller that is not an operator. */
  admin?: string;
}

declare module 'express-serve-static-core' {
  interface Request {
    /** Set by `ApiKeyMiddleware`; undefined on a public path that was called without a key. */
    caller?: Caller;
  }
}

export const setCaller = (request: Request, caller: Caller): void => {
  request.caller = caller;
};

/** Returns the caller; undefined on a public path that was called without a key. */
export const getCaller = (request: Request): Caller | undefined => request.caller;

/** Returns the name of the operator that makes this call, for the action log. */
function getAdminName(request: Request): string {
  const { admin } = requireCaller(request);
  if (admin === undefined) throw new TypeError('AdminGuard did not admit this call');
  return admin;
}

/** Returns the owner of the resources that this call creates: the name of an API key; empty without keys. */
export const getOwner = (request: Request): string => requireCaller(request).name;

/** Returns the owner whose requests this call may see; undefined for all owners. */
export function getVisibleOwner(request: Request): string | undefined {
  const { name, canSeeAllRequests } = requireCaller(request);
  return canSeeAllRequests ? undefined : name;
}

/**
 * Injects the owner of the resources that the call creates into a controller.
 *
 * @example
 * createRequest(@Owner() owner: string) {}
 */
export const Owner = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  getOwner(context.switchToHttp().getRequest<Request>()),
);

/**
 * Injects the owner whose requests the call may see into a controller; undefined for all owners.
 *
 * @example
 * listRequests(@VisibleOwner() owner: string | undefined) {}
 */
export const VisibleOwner = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  getVisibleOwner(context.switchToHttp().getRequest<Request>()),
);

/**
 * Injects the name of the operator into a controller that is marked with `@Admin()`.
 *
 * @example
 * pause(@AdminName() admin: string) {}
 */
export const AdminName = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  getAdminName(context.switchToHttp().getRequest<Request>()),
);

function requireCaller(request: Request): Caller {
  const caller = getCaller(request);
  if (!caller) throw new TypeError('ApiKeyMiddleware did not authenticate this call');
  return caller;
}
