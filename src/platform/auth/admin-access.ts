import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Env } from '../config/env.js';
import { getCaller } from '../http/caller.js';
import { AdminSessions } from './admin-sessions.js';
import { AdminKeyRing, ApiKeyRing } from './api-key-ring.js';
import {
  AdminKeyMissingError,
  AdminKeyNotConfiguredError,
  AdminKeyRequiredError,
  ApiKeyInvalidError,
} from './auth-errors.js';
import { rejectCrossSiteCall } from './csrf.js';
import { isLoopback } from './loopback.js';
import { readPresentedKey } from './presented-key.js';

/** Operator name in a local app, which has no keys. */
const LOCAL_ADMIN = 'local';

/** Recognizes operators by their admin key or session. */
@Injectable()
export class AdminAccess {
  /**
   * True for an app without keys that only this computer can reach. Its caller may already upload,
   * read and delete everything, so a key would not protect anything.
   */
  private readonly isLocal: boolean;

  constructor(
    private readonly adminKeys: AdminKeyRing,
    keys: ApiKeyRing,
    private readonly sessions: AdminSessions,
    private readonly env: Env,
  ) {
    const { HOST, PUBLIC_URL } = env;
    const hasKeys = !adminKeys.isEmpty || !keys.isEmpty;
    this.isLocal = !hasKeys && isLoopback(HOST) && PUBLIC_URL === undefined;
  }

  /**
   * Returns the name of the operator, from the key in the headers or otherwise from the session. Undefined
   * for other callers.
   *
   * @throws CrossSiteCallError when a page on another site uses the session
   */
  findOperatorName(request: Request): string | undefined {
    const key = readPresentedKey(request);
    if (key !== undefined && !this.adminKeys.isEmpty) return this.adminKeys.findName(key);
    const name = this.sessions.findOperatorName(request);
    if (name !== undefined) rejectCrossSiteCall(request, this.env.PUBLIC_URL);
    return name ?? (this.isLocal && !isForwarded(request) ? LOCAL_ADMIN : undefined);
  }

  /**
   * Throws unless the caller is an operator.
   * @throws AdminKeyNotConfiguredError, AdminKeyMissingError, ApiKeyInvalidError or AdminKeyRequiredError
   */
  assertAdmin(request: Request): void {
    const caller = getCaller(request);
    if (caller?.admin !== undefined) return;
    if (this.adminKeys.isEmpty) throw new AdminKeyNotConfiguredError();
    if (caller && !caller.canSeeAllRequests) throw new AdminKeyRequiredError();
    const key = readPresentedKey(request);
    throw key === undefined ? new AdminKeyMissingError() : new ApiKeyInvalidError();
  }
}

/** Returns true for a call through a reverse proxy, which may come from another computer. */
const isForwarded = (request: Request): boolean =>
  ['forwarded', 'x-forwarded-for', 'x-real-ip'].some((name) => request.get(name) !== undefined);
