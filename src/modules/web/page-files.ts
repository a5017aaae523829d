import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { Injectable } from '@nestjs/common';

const PAGE_FOLDER = fileURLToPath(new URL('../../web', import.meta.url));

const CONTENT_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.csv': 'text/csv; charset=utf-8',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
};
const COMPRESSIBLE_EXTENSIONS = new Set(['.html', '.js', '.css', '.svg']);

export type ContentCoding = 'br' | 'gzip';

/** Compressors by content coding. Brotli levels 10 and 11 would take ten times as long and save only 1%. */
const COMPRESSORS: Record<ContentCoding, (content: Buffer) => Promise<Buffer>> = {
  br: (content) =>
    promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (content) => promisify(gzip)(content, { level: 9 }),
};

/** A file of the built page. Compresses the content once per content coding, on the first request. */
export class PageFile {
  private readonly compressedContents = new Map<ContentCoding, Promise<Buffer>>();

  constructor(
    readonly type: string,
    readonly content: Buffer,
    /** False if compression would not make the file smaller. */
    readonly isCompressible: boolean,
  ) {}

  /** Returns the content, compressed with the content coding. */
  compressOnce(coding: ContentCoding): Promise<Buffer> {
    const compressedContent =
      this.compressedContents.get(coding) ?? COMPRESSORS[coding](this.content);
    this.compressedContents.set(coding, compressedContent);
    return compressedContent;
  }
}

/**
 * Contains the files of the built page, read once at startup. Only these files are served, by their exact
 * names. Request paths are never used to read from the disk.
 */
@Injectable()
export class PageFiles {
  private readonly files = new Map<string, PageFile>();

  constructor() {
    if (existsSync(PAGE_FOLDER)) this.readFolder(PAGE_FOLDER, '/');
  }

  /** Finds a file by its URL path, e.g. `/assets/index-3f2a.js`. */
  findFile(path: string): PageFile | undefined {
    return this.files.get(path);
  }

  private readFolder(folder: string, urlPath: string): void {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) this.readFolder(path, `${urlPath}${entry.name}/`);
      else this.addFile(`${urlPath}${entry.name}`, readFileSync(path));
    }
  }

  private addFile(path: string, content: Buffer): void {
    const extension = extname(path);
    const type = CONTENT_TYPES[extension];
    if (!type) return;
    this.files.set(path, new PageFile(type, content, COMPRESSIBLE_EXTENSIONS.has(extension)));
  }
}
