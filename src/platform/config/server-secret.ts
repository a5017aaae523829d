import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Random bytes that all apps on one database share, also after restarts. Each purpose has its own key, so a
 * signature for one purpose is invalid for another.
 */
export class ServerSecret {
  constructor(private readonly bytes: Buffer) {}

  /** HMAC-SHA256, 32 bytes. */
  sign(purpose: string, text: string): Buffer {
    const key = createHmac('sha256', this.bytes).update(purpose).digest();
    return createHmac('sha256', key).update(text).digest();
  }

  /** Verifies a `signature` (base64url) of `sign` in constant time. */
  isValidSignature(purpose: string, text: string, signature: string): boolean {
    const given = Buffer.from(signature, 'base64url');
    const expected = this.sign(purpose, text);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
}
