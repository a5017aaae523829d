import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { Injectable } from '@nestjs/common';

const BUILT = fileURLToPath(new URL('../../web', import.meta.url));

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.csv': 'text/csv; charset=utf-8',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
};
const SMALLER_WHEN_COMPRESSED = new Set(['.html', '.js', '.css', '.svg']);

export interface PageFile {
  type: string;
  plain: Buffer;
  /** Compressed variants by content coding. Empty when compression saves nothing. */
  coded?: { br: Buffer; gzip: Buffer };
}

/**
 * Holds the built page, read and compressed once at the start. Serves only these files by their exact
 * name, so no path of a request reaches the disk.
 */
@Injectable()
export class PageFiles {
  private readonly files = new Map<string, PageFile>();

  constructor() {
    if (existsSync(BUILT)) this.read(BUILT, '/');
  }

  /** The files by their path, e.g. `/assets/index-3f2a.js`. */
  find(path: string): PageFile | undefined {
    return this.files.get(path);
  }

  private read(folder: string, at: string): void {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) this.read(path, `${at}${entry.name}/`);
      else this.addFile(`${at}${entry.name}`, readFileSync(path));
    }
  }

  private addFile(path: string, plain: Buffer): void {
    const extension = extname(path);
    const type = TYPES[extension];
    if (!type) return;
    this.files.set(path, {
      type,
      plain,
      coded: SMALLER_WHEN_COMPRESSED.has(extension) ? compressed(plain) : undefined,
    });
  }
}

/** Quality 9 of 11. The last two levels take ten times as long and save one percent. */
function compressed(plain: Buffer) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  return { br: brotliCompressSync(plain, { params }), gzip: gzipSync(plain, { level: 9 }) };
}
