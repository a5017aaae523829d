import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Random bytes that all apps on one database share and that outlive restarts. Each purpose has a key
 * of its own, so that what is signed for one is worth nothing for another.
 */
export class ServerSecret {
  constructor(private readonly bytes: Buffer) {}

  /** HMAC-SHA256, 32 bytes. */
  sign(purpose: string, text: string): Buffer {
    const key = createHmac('sha256', this.bytes).update(purpose).digest();
    return createHmac('sha256', key).update(text).digest();
  }

  /** Whether `signature` (base64url) is what `sign` gave; takes the same time either way. */
  verifies(purpose: string, text: string, signature: string): boolean {
    const given = Buffer.from(signature, 'base64url');
    const right = this.sign(purpose, text);
    return given.length === right.length && timingSafeEqual(given, right);
  }
}
