import { isIP } from 'node:net';
import type { Request } from 'express';
import { AppError } from '../common/app-error.js';
import type { Env } from '../config/env.js';

export class ForeignHostError extends AppError {
  constructor(host: string) {
    super({
      code: 'host_not_allowed',
      status: 403,
      message: `Without API_KEYS calls are taken at localhost or an IP address only, not at "${host.slice(0, 100)}". Set PUBLIC_URL to that name, or set API_KEYS.`,
    });
  }
}

const LOOPBACK = /^(127\.[\d.]+|\[?::1\]?|localhost)$/;

/**
 * A page of a stranger can point its own name at 127.0.0.1 after it was loaded (DNS rebinding), and
 * is then of the same site as an app that listens there. Its calls name its host, never an address.
 *
 * @throws ForeignHostError
 */
export function refuseForeignHost(
  request: Request,
  { HOST, PUBLIC_URL }: Pick<Env, 'HOST' | 'PUBLIC_URL'>,
): void {
  // Whoever listens on more than loopback has names of a network, which are not ours to know.
  if (!LOOPBACK.test(HOST)) return;
  const given = request.get('host') ?? '';
  const name = URL.canParse(`http://${given}`) ? new URL(`http://${given}`).hostname : given;
  const own = PUBLIC_URL !== undefined && new URL(PUBLIC_URL).hostname === name;
  if (!own && !isOwnName(name)) throw new ForeignHostError(given);
}

/** An address, or a name that no resolver may point elsewhere (RFC 6761, 6.3). */
function isOwnName(name: string): boolean {
  const bare = name.replace(/^\[|\]$/g, '');
  return isIP(bare) !== 0 || bare === 'localhost' || bare.endsWith('.localhost');
}
