import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type ApiKey, parseApiKeys } from '../config/api-keys.js';
import { Env } from '../config/env.js';

/** The configured API keys. */
@Injectable()
export class ApiKeyRing {
  private readonly keys: ApiKey[];

  constructor(env: Env) {
    this.keys = parseApiKeys(env.API_KEYS);
  }

  get isEmpty(): boolean {
    return this.keys.length === 0;
  }

  /** Returns the name of a key in constant time, whether the key is known or not. */
  nameOf(presented: string): string | undefined {
    const hash = createHash('sha256').update(presented).digest();
    let name: string | undefined;
    for (const key of this.keys) if (timingSafeEqual(key.sha256, hash)) name = key.name;
    return name;
  }

  has(name: string): boolean {
    return this.keys.some((key) => key.name === name);
  }
}
