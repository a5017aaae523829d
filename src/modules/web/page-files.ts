import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
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

export type ContentCoding = 'br' | 'gzip';

/** Quality 9 of 11. The last two levels take ten times as long and save one percent. */
const COMPRESS: Record<ContentCoding, (plain: Buffer) => Promise<Buffer>> = {
  br: (plain) =>
    promisify(brotliCompress)(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (plain) => promisify(gzip)(plain, { level: 9 }),
};

/** A file of the built page. Compresses itself once, on the first request for a coding. */
export class PageFile {
  private readonly coded = new Map<ContentCoding, Promise<Buffer>>();

  constructor(
    readonly type: string,
    readonly plain: Buffer,
    /** False if compression would not make the file smaller. */
    readonly isCompressible: boolean,
  ) {}

  /** Returns the file in a content coding. */
  compressOnce(coding: ContentCoding): Promise<Buffer> {
    const coded = this.coded.get(coding) ?? COMPRESS[coding](this.plain);
    this.coded.set(coding, coded);
    return coded;
  }
}

/**
 * Holds the built page, read once at the start. Serves only these files by their exact
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
    this.files.set(path, new PageFile(type, plain, SMALLER_WHEN_COMPRESSED.has(extension)));
  }
}
