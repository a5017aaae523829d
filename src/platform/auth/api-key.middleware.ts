import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { AppError } from '../errors/app-error.js';
import { type Caller, setCaller } from '../http/caller.js';
import { Env } from '../config/env.js';
import { AccessTokens } from './access-tokens.js';
import { ApiKeyInvalidError, ApiKeyMissingError } from './auth-errors.js';
import { ApiKeyRing } from './api-key-ring.js';
import { CallRate } from './call-rate.js';
import { rejectCrossSiteCall } from './csrf.js';
import { HostCheck } from './dns-rebinding.js';
import { isPublic } from './public-paths.js';

/** What a token in the URL opens: downloads and the events of the request that it was issued for. */
const TOKEN_PATH =
  /^\/(?:download\/([0-9a-f-]{36})(?:\/[\w.-]+)?|requests\/([0-9a-f-]{36})\/events)\/?$/i;

/**
 * Stands before every route, those of Nest and whatever is mounted beside them: finds out who calls,
 * and lets nobody by without a key but to the public paths.
 */
@Injectable()
export class ApiKeyMiddleware {
  private readonly hosts: HostCheck;

  constructor(
    private readonly keys: ApiKeyRing,
    private readonly tokens: AccessTokens,
    private readonly rate: CallRate,
    private readonly env: Env,
  ) {
    this.hosts = new HostCheck(env);
  }

  /** Express 5 passes on what it rejects with. */
  readonly middleware = async (
    request: Request,
    response: Response,
    next: NextFunction,
  ): Promise<void> => {
    try {
      await this.authenticate(request);
    } catch (error) {
      const challenge = challengeOf(error);
      if (challenge) response.setHeader('WWW-Authenticate', challenge);
      throw error;
    }
    next();
  };

  private async authenticate(request: Request): Promise<void> {
    const token = takeToken(request);
    const address = `ip:${request.ip ?? ''}`;
    if (isPublic(request.method, request.path)) {
      // The built-in receiver keeps what it gets, so its calls are limited as well.
      if (request.method === 'POST') await this.rate.count(`receiver:${address}`);
      return;
    }
    if (this.keys.isEmpty) {
      await this.assertNotForged(request, address);
      setCaller(request, { name: '', seesAll: true });
      return this.rate.count(address);
    }
    let caller: Caller;
    try {
      caller = { name: this.nameOf(request, token), seesAll: false };
    } catch (error) {
      await this.rate.count(address);
      throw error;
    }
    setCaller(request, caller);
    await this.rate.count(`key:${caller.name}`);
  }

  /** Forged calls have a limit of their own: the page that makes them must not use up the user's. */
  private async assertNotForged(request: Request, address: string): Promise<void> {
    try {
      this.hosts.assertAllowed(request);
      rejectCrossSiteCall(request, this.env.PUBLIC_URL);
    } catch (error) {
      await this.rate.count(`forged:${address}`);
      throw error;
    }
  }

  private nameOf(request: Request, token: string | undefined): string {
    const key = presentedKey(request);
    if (key !== undefined) {
      const name = this.keys.nameOf(key);
      if (name === undefined) throw new ApiKeyInvalidError();
      return name;
    }
    const [, download, events] = TOKEN_PATH.exec(request.path) ?? [];
    const requestId = download ?? events;
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (token === undefined || requestId === undefined || !reads) throw new ApiKeyMissingError();
    return this.tokens.nameIn(token, requestId);
  }
}

/** RFC 6750, 3. */
function challengeOf(error: unknown): string | undefined {
  if (!(error instanceof AppError) || error.status !== 401) return undefined;
  const invalid = error instanceof ApiKeyMissingError ? '' : ', error="invalid_token"';
  return `Bearer realm="Pressroom"${invalid}`;
}

function presentedKey(request: Request): string | undefined {
  const [, bearer] = /^Bearer +(\S+) *$/i.exec(request.get('authorization') ?? '') ?? [];
  return bearer ?? request.get('x-api-key');
}

/** Nothing behind the gate sees the token: not the check of parameters, not a link that is made of a URL. */
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
