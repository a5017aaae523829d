import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { AppError } from '../errors/app-error.js';
import { type Caller, setCaller } from '../http/caller.js';
import { Env } from '../config/env.js';
import { AccessTokens } from './access-tokens.js';
import { AdminAccess } from './admin-access.js';
import { AdminKeyMissingError, ApiKeyInvalidError, ApiKeyMissingError } from './auth-errors.js';
import { ApiKeyRing } from './api-key-ring.js';
import { CallRate } from './call-rate.js';
import { rejectCrossSiteCall } from './csrf.js';
import { HostCheck } from './dns-rebinding.js';
import { readPresentedKey } from './presented-key.js';
import { isOperatorPath, isPublic } from './public-paths.js';

/** Paths that a token in the URL grants: downloads, events and report of the request it was issued for. */
const TOKEN_PATH =
  /^\/(?:download\/([0-9a-f-]{36})(?:\/[\w.-]+)?|requests\/([0-9a-f-]{36})\/(?:events|report))\/?$/i;

const isReportPath = (path: string): boolean => /\/report\/?$/i.test(path);

/**
 * Authenticates every call, to routes of Nest and to handlers mounted next to them. Without a key
 * only public paths are accessible.
 */
@Injectable()
export class ApiKeyMiddleware {
  private readonly hosts: HostCheck;

  constructor(
    private readonly keys: ApiKeyRing,
    private readonly tokens: AccessTokens,
    private readonly admins: AdminAccess,
    private readonly rate: CallRate,
    private readonly env: Env,
  ) {
    this.hosts = new HostCheck(env);
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
    const token = takeToken(request);
    const address = `ip:${request.ip ?? ''}`;
    if (isPublic(request.method, request.path)) {
      // The built-in receiver stores its calls, so they are limited as well.
      if (request.method === 'POST') await this.rate.count(`receiver:${address}`);
      return;
    }
    if (this.keys.isEmpty) {
      await this.assertNotForged(request, address);
      setCaller(request, {
        name: '',
        canSeeAllRequests: true,
        admin: this.admins.findOperatorName(request),
      });
      return this.rate.count(address);
    }
    let caller: Caller;
    try {
      const admin = this.admins.findOperatorName(request);
      const name = admin === undefined ? this.findOwnerName(request, token) : '';
      caller = { name, canSeeAllRequests: false, admin };
    } catch (error) {
      await this.rate.count(address);
      throw error;
    }
    setCaller(request, caller);
    await this.rate.count(
      caller.admin === undefined ? `key:${caller.name}` : `admin:${caller.admin}`,
    );
  }

  /** Forged calls have a separate limit. They must not use up the limit of the user. */
  private async assertNotForged(request: Request, address: string): Promise<void> {
    try {
      this.hosts.assertAllowed(request);
      rejectCrossSiteCall(request, this.env.PUBLIC_URL);
    } catch (error) {
      await this.rate.count(`forged:${address}`);
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
    const [, download, events] = TOKEN_PATH.exec(request.path) ?? [];
    const requestId = download ?? events;
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (isOperatorPath(request.path)) this.admins.assertAdmin(request);
    if (token === undefined || requestId === undefined || !reads) throw new ApiKeyMissingError();
    return this.tokens.verify(token, requestId, isReportPath(request.path) ? 'report' : 'request');
  }
}

/** RFC 6750, 3. */
function getChallenge(error: unknown): string | undefined {
  if (!(error instanceof AppError) || error.status !== 401) return undefined;
  const isMissing = error instanceof ApiKeyMissingError || error instanceof AdminKeyMissingError;
  const invalid = isMissing ? '' : ', error="invalid_token"';
  return `Bearer realm="Pressroom"${invalid}`;
}

/** Removes the token from the URL. Parameter validation and links never see it. */
function takeToken(request: Request): string | undefined {
  const at = request.url.indexOf('?');
  if (at < 0) return undefined;
  const query = new URLSearchParams(request.url.slice(at + 1));
  const token = query.get('token');
  if (token === null) return undefined;
  query.delete('token');
  const left = query.toString();
  request.url = request.url.slice(0, at) + (left ? `?${left}` : '');
  return token;
}
