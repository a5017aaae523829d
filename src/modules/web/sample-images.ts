import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { DownloadedFile } from '../../platform/http-client/downloaded-file.js';
import type { DownloadSource } from '../../platform/http-client/download-source.js';
import { HttpStatusError } from '../../platform/http-client/response/http-status-error.js';
import { DownloadNotWrittenError } from '../../platform/http-client/outbound-errors.js';

/** Host of the sample images. Cannot be registered, because names under `.alt` are reserved for use outside the DNS (RFC 9476). */
const SAMPLE_HOST = 'sample.pressroom.alt';

const CONTENT_TYPES: Record<string, string> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
};

/**
 * Supplies the page's sample images from the files of the app. No host is called, so
 * the sample works offline and without `OUTBOUND_ALLOW`.
 */
export class SampleImages implements DownloadSource {
  constructor(
    private readonly folder = fileURLToPath(new URL('../../web/sample/', import.meta.url)),
  ) {}

  suppliesFile(url: URL): boolean {
    return url.hostname === SAMPLE_HOST;
  }

  /** Copies an image. Throws a 404 error for a missing image, as a server would. */
  async copyFile(url: URL, path: string): Promise<DownloadedFile> {
    const [, name, extension] = /^\/([a-z0-9-]+\.(jpg|png|webp))$/.exec(url.pathname) ?? [];
    const image = name ? await readFile(this.folder + name).catch(() => undefined) : undefined;
    if (!image) throw new HttpStatusError(SAMPLE_HOST, 404);
    await writeFile(path, image).catch((error: unknown) => {
      throw new DownloadNotWrittenError(error);
    });
    return {
      bytes: image.length,
      sha256: createHash('sha256').update(image).digest('hex'),
      contentType: CONTENT_TYPES[extension],
      etag: null,
      lastModified: null,
      finalUrl: url.href,
      status: 200,
    };
  }
}
