import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { ApiKey } from '../config/api-keys.js';
import { Env } from '../config/env.js';
import { ServerSecret } from '../config/server-secret.js';
import { AdminKeyRing } from './api-key-ring.js';
import { AdminKeyMissingError, AdminKeyNotConfiguredError } from './auth-errors.js';
import { readPresentedKey } from './presented-key.js';

/** Lifetime of a session: one working day. */
export const SESSION_SECONDS = 8 * 3600;

const COOKIE_NAME = 'pressroom_admin';
/** Paths to which a browser sends the cookie. */
const COOKIE_PATHS = ['/operator', '/queues'];

/** A new session. */
interface AdminSession {
  name: string;
  expires: Date;
}

/**
 * Signs operators in with a cookie. The page at `/queues` belongs to another project and cannot send a
 * key. The cookie is signed and does not contain the key. It becomes invalid when its key is removed.
 */
@Injectable()
export class AdminSessions {
  constructor(
    private readonly secret: ServerSecret,
    private readonly keys: AdminKeyRing,
    private readonly env: Env,
  ) {}

  /**
   * Sets the cookie of a session for the admin key in the headers. A session cannot open another session.
   * @throws AdminKeyNotConfiguredError, AdminKeyMissingError
   */
  signIn(request: Request, response: Response, now = Date.now()): AdminSession {
    if (this.keys.isEmpty) throw new AdminKeyNotConfiguredError();
    const key = this.keys.findKey(readPresentedKey(request) ?? '');
    if (!key) throw new AdminKeyMissingError();
    const expires = Math.floor(now / 1000) + SESSION_SECONDS;
    const value = this.createCookieValue(key, expires);
    for (const path of COOKIE_PATHS) {
      response.cookie(COOKIE_NAME, value, {
        ...this.buildCookieAttributes(request),
        path,
        maxAge: SESSION_SECONDS * 1000,
      });
    }
    return { name: key.name, expires: new Date(expires * 1000) };
  }

  signOut(request: Request, response: Response): void {
    for (const path of COOKIE_PATHS) {
      response.clearCookie(COOKIE_NAME, { ...this.buildCookieAttributes(request), path });
    }
  }

  /** Returns the name of the key that opened the session; undefined without a valid session. */
  findOperatorName(request: Request, now = Date.now()): string | undefined {
    const value = readCookie(request);
    const [, expires, encodedName, signature] =
      /^(\d{1,12})\.([\w-]{0,100})\.([\w-]{43})$/.exec(value ?? '') ?? [];
    if (expires === undefined || encodedName === undefined || signature === undefined)
      return undefined;
    if (Number(expires) * 1000 < now) return undefined;
    const name = Buffer.from(encodedName, 'base64url').toString('utf8');
    const isValid = this.keys
      .listHashes(name)
      .some((hash) =>
        this.secret.isValidSignature(
          'admin session',
          buildSignedText(name, expires, hash),
          signature,
        ),
      );
    return isValid ? name : undefined;
  }

  private createCookieValue({ name, sha256 }: ApiKey, expires: number): string {
    const signature = this.secret.sign('admin session', buildSignedText(name, expires, sha256));
    const encodedName = Buffer.from(name, 'utf8').toString('base64url');
    return `${expires}.${encodedName}.${signature.toString('base64url')}`;
  }

  private buildCookieAttributes({ secure }: Request) {
    const isSecure = secure || (this.env.PUBLIC_URL?.startsWith('https:') ?? false);
    return { httpOnly: true, sameSite: 'strict' as const, secure: isSecure };
  }
}

/** The hash ties a session to the key that opened it. */
const buildSignedText = (name: string, expires: number | string, hash: Buffer): string =>
  JSON.stringify([name, Number(expires), hash.toString('hex')]);

/** Reads the session cookie (RFC 6265, 5.4). */
function readCookie(request: Request): string | undefined {
  const pairs = (request.get('cookie') ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${COOKIE_NAME}=`))?.slice(COOKIE_NAME.length + 1);
}
