import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { AppError } from '../errors/app-error.js';
import { type Caller, setCaller } from '../http/caller.js';
import { Env } from '../config/env.js';
import { AccessTokens } from './access-tokens.js';
import { AdminAccess } from './admin-access.js';
import { AdminKeyMissingError, ApiKeyInvalidError, ApiKeyMissingError } from './auth-errors.js';
import { ApiKeyRing } from './api-key-ring.js';
import { CallRateLimiter } from './call-rate-limiter.js';
import { rejectCrossSiteCall } from './csrf.js';
import { HostCheck } from './dns-rebinding.js';
import { readPresentedKey } from './presented-key.js';
import { isOperatorPath, isPublicRoute } from './public-paths.js';

/** Paths that accept a token in the URL: downloads, events and report of the request that it was issued for. */
const TOKEN_PATH =
  /^\/(?:download\/([0-9a-f-]{36})(?:\/[\w.-]+)?|requests\/([0-9a-f-]{36})\/(?:events|report))\/?$/i;

const isReportPath = (path: string): boolean => /\/report\/?$/i.test(path);

/**
 * Authenticates every call to Nest routes and to handlers mounted next to them. Without a key, only public
 * paths are accessible.
 */
@Injectable()
export class ApiKeyMiddleware {
  private readonly hostCheck: HostCheck;

  constructor(
    private readonly keys: ApiKeyRing,
    private readonly tokens: AccessTokens,
    private readonly adminAccess: AdminAccess,
    private readonly callRateLimiter: CallRateLimiter,
    private readonly env: Env,
  ) {
    this.hostCheck = new HostCheck(env);
  }

  /** Express 5 forwards the rejection to the error handler. */
  readonly middleware = async (
    request: Request,
    response: Response,
    next: NextFunction,
  ): Promise<void> => {
    try {
      await this.authenticate(request);
    } catch (error) {
      const challenge = getChallenge(error);
      if (challenge) response.setHeader('WWW-Authenticate', challenge);
      throw error;
    }
    next();
  };

  private async authenticate(request: Request): Promise<void> {
    const token = extractToken(request);
    const address = `ip:${request.ip ?? ''}`;
    if (isPublicRoute(request.method, request.path)) {
      // The built-in receiver stores its calls, so they are limited as well.
      if (request.method === 'POST') await this.callRateLimiter.countCall(`receiver:${address}`);
      return;
    }
    if (this.keys.isEmpty) {
      await this.assertNotForged(request, address);
      setCaller(request, {
        name: '',
        canSeeAllRequests: true,
        admin: this.adminAccess.findOperatorName(request),
      });
      return this.callRateLimiter.countCall(address);
    }
    let caller: Caller;
    try {
      const admin = this.adminAccess.findOperatorName(request);
      const name = admin === undefined ? this.findOwnerName(request, token) : '';
      caller = { name, canSeeAllRequests: false, admin };
    } catch (error) {
      await this.callRateLimiter.countCall(address);
      throw error;
    }
    setCaller(request, caller);
    await this.callRateLimiter.countCall(
      caller.admin === undefined ? `key:${caller.name}` : `admin:${caller.admin}`,
    );
  }

  /** Forged calls have a separate limit, because they must not use up the user's limit. */
  private async assertNotForged(request: Request, address: string): Promise<void> {
    try {
      this.hostCheck.assertAllowed(request);
      rejectCrossSiteCall(request, this.env.PUBLIC_URL);
    } catch (error) {
      await this.callRateLimiter.countCall(`forged:${address}`);
      throw error;
    }
  }

  private findOwnerName(request: Request, token: string | undefined): string {
    const key = readPresentedKey(request);
    if (key !== undefined) {
      const name = this.keys.findName(key);
      if (name === undefined) throw new ApiKeyInvalidError();
      return name;
    }
    const [, downloadRequestId, otherRequestId] = TOKEN_PATH.exec(request.path) ?? [];
    const requestId = downloadRequestId ?? otherRequestId;
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (isOperatorPath(request.path)) this.adminAccess.assertAdmin(request);
    if (token === undefined || requestId === undefined || !isRead) throw new ApiKeyMissingError();
    return this.tokens.verifyToken(
      token,
      requestId,
      isReportPath(request.path) ? 'report' : 'request',
    );
  }
}

/** Returns the `WWW-Authenticate` challenge for a 401 error (RFC 6750, 3). */
function getChallenge(error: unknown): string | undefined {
  if (!(error instanceof AppError) || error.status !== 401) return undefined;
  const isMissing = error instanceof ApiKeyMissingError || error instanceof AdminKeyMissingError;
  const errorAttribute = isMissing ? '' : ', error="invalid_token"';
  return `Bearer realm="Pressroom"${errorAttribute}`;
}

/** Removes the token from the URL and returns it, so validation and links never contain it. */
function extractToken(request: Request): string | undefined {
  const queryStart = request.url.indexOf('?');
  if (queryStart < 0) return undefined;
  const query = new URLSearchParams(request.url.slice(queryStart + 1));
  const token = query.get('token');
  if (token === null) return undefined;
  query.delete('token');
  const remainingQuery = query.toString();
  request.url = request.url.slice(0, queryStart) + (remainingQuery ? `?${remainingQuery}` : '');
  return token;
}
