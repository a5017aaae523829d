import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { DownloadedFile } from '../../platform/http-client/downloaded-file.js';
import type { DownloadSource } from '../../platform/http-client/download-source.js';
import { HttpStatusError } from '../../platform/http-client/response/http-status-error.js';
import { DownloadNotWrittenError } from '../../platform/http-client/outbound-errors.js';

/** RFC 9476: names under `.alt` are for uses outside the DNS, so this name is never registered. */
const SAMPLE_HOST = 'sample.pressroom.alt';

const TYPES: Record<string, string> = { jpg: 'image/jpeg', png: 'image/png', webp: 'image/webp' };

/**
 * Supplies the images of the page's sample catalog, which are part of the app. Their host is never
 * called, so the sample works offline and without `OUTBOUND_ALLOW`.
 */
export class SampleImages implements DownloadSource {
  constructor(
    private readonly folder = fileURLToPath(new URL('../../web/sample/', import.meta.url)),
  ) {}

  suppliesFile(url: URL): boolean {
    return url.hostname === SAMPLE_HOST;
  }

  /** Copies an image. A missing one is a 404, as on a server. */
  async copyFile(url: URL, to: string): Promise<DownloadedFile> {
    const [, name, extension] = /^\/([a-z0-9-]+\.(jpg|png|webp))$/.exec(url.pathname) ?? [];
    const image = name ? await readFile(this.folder + name).catch(() => undefined) : undefined;
    if (!image) throw new HttpStatusError(SAMPLE_HOST, 404);
    await writeFile(to, image).catch((error: unknown) => {
      throw new DownloadNotWrittenError(error);
    });
    return {
      bytes: image.length,
      sha256: createHash('sha256').update(image).digest('hex'),
      contentType: TYPES[extension],
      etag: null,
      lastModified: null,
      finalUrl: url.href,
      status: 200,
    };
  }
}
