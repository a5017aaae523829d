import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Signs text with random bytes that all processes on one database share. They remain the same after restarts.
 * Each purpose has its own key, so a signature for one purpose is invalid for another.
 */
export class ServerSecret {
  constructor(private readonly bytes: Buffer) {}

  /** Returns an HMAC-SHA256 signature of 32 bytes. */
  sign(purpose: string, text: string): Buffer {
    const key = createHmac('sha256', this.bytes).update(purpose).digest();
    return createHmac('sha256', key).update(text).digest();
  }

  /** Verifies a base64url signature that `sign` created, in constant time. */
  isValidSignature(purpose: string, text: string, signature: string): boolean {
    const actual = Buffer.from(signature, 'base64url');
    const expected = this.sign(purpose, text);
    return actual.length === expected.length && timingSafeEqual(actual, expected);
  }
}
