import { Injectable } from '@nestjs/common';
import { ServerSecret } from '../config/server-secret.js';
import { AccessTokenInvalidError } from './auth-errors.js';
import { ApiKeyRing } from './api-key-ring.js';

/** Maximum time to start a download with a token. A running download continues. */
export const TOKEN_SECONDS = 300;

/**
 * Issues short-lived tokens for URLs where no header can be sent, such as links and `EventSource`. A token
 * grants read access to one request. It is valid as long as its API key.
 */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly secret: ServerSecret,
    private readonly keys: ApiKeyRing,
  ) {}

  issue(name: string, requestId: string, now = Date.now()) {
    const expires = Math.floor(now / 1000) + TOKEN_SECONDS;
    const signature = this.secret.sign('token', signedText(name, requestId, expires));
    const who = Buffer.from(name, 'utf8').toString('base64url');
    return {
      token: `${expires}.${who}.${signature.toString('base64url')}`,
      expiresAt: new Date(expires * 1000),
    };
  }

  /**
   * @returns name of the key that it was issued to
   * @throws AccessTokenInvalidError
   */
  nameIn(token: string, requestId: string, now = Date.now()): string {
    const [, expires, who, signature] =
      /^(\d{1,12})\.([\w-]{1,100})\.([\w-]{43})$/.exec(token) ?? [];
    if (!expires || !who || !signature) throw new AccessTokenInvalidError();
    const name = Buffer.from(who, 'base64url').toString('utf8');
    const isOurs = this.secret.verifies(
      'token',
      signedText(name, requestId, Number(expires)),
      signature,
    );
    if (!isOurs || Number(expires) * 1000 < now || !this.keys.has(name)) {
      throw new AccessTokenInvalidError();
    }
    return name;
  }
}

const signedText = (name: string, requestId: string, expires: number) =>
  JSON.stringify([name, requestId.toLowerCase(), expires]);
