import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Downloaded } from './downloaded.js';
import { HttpStatusError } from './http-status-error.js';
import { DownloadNotWrittenError } from './outbound-errors.js';

/** RFC 9476: names under `.alt` are for uses outside the DNS, so nobody else can ever have this one. */
export const SAMPLE_HOST = 'sample.pressroom.alt';

const TYPES: Record<string, string> = { jpg: 'image/jpeg', png: 'image/png', webp: 'image/webp' };

/**
 * The pictures of the page's sample catalog, which are part of the app. Their host is never dialled,
 * so the sample works without the internet and without opening a private address.
 */
export class SampleImages {
  constructor(
    private readonly folder = fileURLToPath(new URL('../../web/sample/', import.meta.url)),
  ) {}

  isOneOf(url: URL): boolean {
    return url.hostname === SAMPLE_HOST;
  }

  /** As if it had been downloaded; a picture that is not there is a 404, as elsewhere. */
  async copy(url: URL, to: string): Promise<Downloaded> {
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
