import { toConnectionError } from '../connection/connection-error.js';
import { AddressDeniedError } from '../outbound-errors.js';
import type { OutboundPolicy } from './outbound-policy.js';
import { findLiteralAddress, parseOutboundUrl, getPort } from '../request/outbound-url.js';
import { resolvePermitted, type Resolver } from './resolve-host.js';

/**
 * Checks a URL during the upload, to report errors early. The agents check it again when they connect, and only
 * that check is binding.
 */
export class UrlCheck {
  constructor(
    private readonly policy: OutboundPolicy,
    private readonly resolve: Resolver,
    private readonly timeoutMs = 3000,
  ) {}

  /**
   * Rejects a malformed URL, and a URL whose host is or resolves to a denied address. Accepts a name that
   * does not resolve now, because it may resolve later.
   * @throws UrlInvalidError, AddressDeniedError
   */
  async assertPublicUrl(text: string): Promise<URL> {
    const url = parseOutboundUrl(text);
    const [literalAddress, port] = [findLiteralAddress(url), getPort(url)];
    if (literalAddress) {
      if (!this.policy.isPermitted(literalAddress, port))
        throw new AddressDeniedError(literalAddress, literalAddress);
      return url;
    }
    await this.assertNotDenied(this.resolvePermitted(url.hostname, port));
    return url;
  }

  private resolvePermitted(hostname: string, port: number): Promise<unknown> {
    return resolvePermitted(hostname, port, this.policy, () => this.resolve(hostname));
  }

  private async assertNotDenied(resolution: Promise<unknown>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise((resolve) => {
      timer = setTimeout(resolve, this.timeoutMs);
    });
    const denial = resolution.then(
      () => undefined,
      (error: unknown) => {
        if (toConnectionError(error, '').code === 'address_denied') throw error;
      },
    );
    try {
      await Promise.race([denial, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }
}
