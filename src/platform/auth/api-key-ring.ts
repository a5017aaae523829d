import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type ApiKey, parseApiKeys } from '../config/api-keys.js';
import { Env } from '../config/env.js';

/** The keys of one setting, compared in constant time. */
class KeyRing {
  protected readonly keys: ApiKey[];

  /** @param text value of `API_KEYS` or `ADMIN_API_KEY` */
  constructor(text: string) {
    this.keys = parseApiKeys(text);
  }

  get isEmpty(): boolean {
    return this.keys.length === 0;
  }

  /** Finds a key in constant time, whether the key is known or not. */
  findKey(presentedKey: string): ApiKey | undefined {
    const hash = createHash('sha256').update(presentedKey).digest();
    let match: ApiKey | undefined;
    for (const key of this.keys) if (timingSafeEqual(key.sha256, hash)) match = key;
    return match;
  }

  /** Returns the name of a key. */
  findName(presentedKey: string): string | undefined {
    return this.findKey(presentedKey)?.name;
  }

  hasName(name: string): boolean {
    return this.keys.some((key) => key.name === name);
  }
}

/** The configured API keys. */
@Injectable()
export class ApiKeyRing extends KeyRing {
  constructor(env: Env) {
    super(env.API_KEYS);
  }
}

/** The configured keys of operators. */
@Injectable()
export class AdminKeyRing extends KeyRing {
  constructor(env: Env) {
    super(env.ADMIN_API_KEY);
  }

  /** Returns the hashes of all keys with this name. A session ends when its key is removed. */
  listHashes(name: string): Buffer[] {
    return this.keys.filter((key) => key.name === name).map(({ sha256 }) => sha256);
  }
}
