import { Inject, Injectable } from '@nestjs/common';
import { Env } from '../config/env.js';
import { ServerSecret } from '../config/server-secret.js';
import { AccessTokenInvalidError } from './auth-errors.js';
import { ApiKeyRing } from './api-key-ring.js';

/** Lifetime of a token. A download that has already started continues. */
export const TOKEN_SECONDS = 300;

/** Expiry value of a token that never expires. */
const NEVER_EXPIRES = 0;

/** Purpose of a signature: read access to a request, or only to its report. */
type TokenPurpose = 'token' | 'report token';

/** Resource that a call reads with a token. */
export type TokenScope = 'request' | 'report';

/** A token and its expiry, which is null if the token never expires. */
export interface IssuedToken<Expiry = Date> {
  token: string;
  expiresAt: Expiry;
}

/**
 * Issues tokens for calls that cannot send a header, such as links and `EventSource`. A short-lived token
 * grants read access to one request. A report token grants access only to the report, so it can be shared.
 * Both become invalid when their API key is removed.
 */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly secret: ServerSecret,
    private readonly keys: ApiKeyRing,
    @Inject(Env) private readonly env: Pick<Env, 'IMAGE_URL_TTL'>,
  ) {}

  issueToken(name: string, requestId: string, now = Date.now()): IssuedToken {
    const expires = Math.floor(now / 1000) + TOKEN_SECONDS;
    const token = this.signToken('token', name, requestId, expires);
    return { token, expiresAt: new Date(expires * 1000) };
  }

  /** Issues a token for the report of a request. It expires like an image URL (`IMAGE_URL_TTL`). */
  issueReportToken(name: string, requestId: string, now = Date.now()): IssuedToken<Date | null> {
    const { IMAGE_URL_TTL: seconds } = this.env;
    const expires = seconds === 0 ? NEVER_EXPIRES : Math.floor(now / 1000) + seconds;
    const token = this.signToken('report token', name, requestId, expires);
    return { token, expiresAt: expires === NEVER_EXPIRES ? null : new Date(expires * 1000) };
  }

  private signToken(
    purpose: TokenPurpose,
    name: string,
    requestId: string,
    expires: number,
  ): string {
    const signature = this.secret.sign(purpose, buildSignedText(name, requestId, expires));
    const encodedName = Buffer.from(name, 'utf8').toString('base64url');
    return `${expires}.${encodedName}.${signature.toString('base64url')}`;
  }

  /**
   * Verifies a token. A report token is valid only for the scope `report`.
   *
   * @returns the name of the key that the token was issued to
   * @throws AccessTokenInvalidError
   */
  verifyToken(token: string, requestId: string, scope: TokenScope, now = Date.now()): string {
    const [, expires, encodedName, signature] =
      /^(\d{1,12})\.([\w-]{1,100})\.([\w-]{43})$/.exec(token) ?? [];
    if (!expires || !encodedName || !signature) throw new AccessTokenInvalidError();
    const name = Buffer.from(encodedName, 'base64url').toString('utf8');
    const text = buildSignedText(name, requestId, Number(expires));
    const isSignedFor = (purpose: TokenPurpose) =>
      this.secret.isValidSignature(purpose, text, signature);
    const isReportToken = scope === 'report' && isSignedFor('report token');
    const isExpired =
      Number(expires) * 1000 < now && !(isReportToken && Number(expires) === NEVER_EXPIRES);
    if (isExpired || !(isReportToken || isSignedFor('token')) || !this.keys.hasName(name)) {
      throw new AccessTokenInvalidError();
    }
    return name;
  }
}

const buildSignedText = (name: string, requestId: string, expires: number) =>
  JSON.stringify([name, requestId.toLowerCase(), expires]);
