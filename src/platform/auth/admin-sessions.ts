import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { ApiKey } from '../config/api-keys.js';
import { Env } from '../config/env.js';
import { ServerSecret } from '../config/server-secret.js';
import { AdminKeyRing } from './api-key-ring.js';
import { AdminKeyMissingError, AdminKeyNotConfiguredError } from './auth-errors.js';
import { readPresentedKey } from './presented-key.js';

/** Lifetime of a session. A working day. */
export const SESSION_SECONDS = 8 * 3600;

const COOKIE = 'pressroom_admin';
/** Paths to which a browser sends the cookie. */
const PATHS = ['/operator', '/queues'];

/** A new session. */
interface AdminSession {
  name: string;
  expires: Date;
}

/**
 * Signs operators in with a cookie. The page at `/queues` belongs to another project and sends no
 * key. The cookie is signed and holds no key. It is valid as long as its key.
 */
@Injectable()
export class AdminSessions {
  constructor(
    private readonly secret: ServerSecret,
    private readonly keys: AdminKeyRing,
    private readonly env: Env,
  ) {}

  /**
   * Sets the cookie of a session for the admin key in the headers. A session cannot open another one.
   * @throws AdminKeyNotConfiguredError, AdminKeyMissingError
   */
  signIn(request: Request, response: Response, now = Date.now()): AdminSession {
    if (this.keys.isEmpty) throw new AdminKeyNotConfiguredError();
    const key = this.keys.find(readPresentedKey(request) ?? '');
    if (!key) throw new AdminKeyMissingError();
    const expires = Math.floor(now / 1000) + SESSION_SECONDS;
    const value = this.issue(key, expires);
    for (const path of PATHS) {
      response.cookie(COOKIE, value, {
        ...this.attributes(request),
        path,
        maxAge: SESSION_SECONDS * 1000,
      });
    }
    return { name: key.name, expires: new Date(expires * 1000) };
  }

  signOut(request: Request, response: Response): void {
    for (const path of PATHS) {
      response.clearCookie(COOKIE, { ...this.attributes(request), path });
    }
  }

  /** Returns the name of the key of a session; undefined without a valid session. */
  findOperatorName(request: Request, now = Date.now()): string | undefined {
    const value = readCookie(request);
    const [, expires, who, signature] =
      /^(\d{1,12})\.([\w-]{0,100})\.([\w-]{43})$/.exec(value ?? '') ?? [];
    if (expires === undefined || who === undefined || signature === undefined) return undefined;
    if (Number(expires) * 1000 < now) return undefined;
    const name = Buffer.from(who, 'base64url').toString('utf8');
    const isOurs = this.keys
      .listHashes(name)
      .some((hash) =>
        this.secret.isValidSignature('admin session', signedText(name, expires, hash), signature),
      );
    return isOurs ? name : undefined;
  }

  private issue({ name, sha256 }: ApiKey, expires: number): string {
    const signature = this.secret.sign('admin session', signedText(name, expires, sha256));
    const who = Buffer.from(name, 'utf8').toString('base64url');
    return `${expires}.${who}.${signature.toString('base64url')}`;
  }

  private attributes({ secure }: Request) {
    const isSecure = secure || (this.env.PUBLIC_URL?.startsWith('https:') ?? false);
    return { httpOnly: true, sameSite: 'strict' as const, secure: isSecure };
  }
}

/** The hash ties a session to the key that opened it. */
const signedText = (name: string, expires: number | string, hash: Buffer): string =>
  JSON.stringify([name, Number(expires), hash.toString('hex')]);

/** RFC 6265, 5.4. */
function readCookie(request: Request): string | undefined {
  const pairs = (request.get('cookie') ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
}
