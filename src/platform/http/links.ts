import type { Request } from 'express';
import { trimEndOf } from './trim-characters.js';
import { type ImageUrls, imageUrlsOf } from './image-urls.js';

const HOST = /^(?:[\w.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** Every absolute URL that is given out, made in this one place. */
export class Links {
  /** `base` has no slash at its end, e.g. `https://images.example.com`. */
  constructor(
    readonly base: string,
    private readonly imageUrls?: ImageUrls,
  ) {}

  /** Below `PUBLIC_URL`; without it, below the host that the client itself called. */
  static of(request: Request, env: { PUBLIC_URL?: string; HOST: string }): Links {
    const imageUrls = imageUrlsOf(request);
    if (env.PUBLIC_URL) return new Links(trimEndOf(env.PUBLIC_URL, '/'), imageUrls);
    // The Host header is the client's word: it is used only where it can be nothing but a host.
    const given = request.get('host') ?? '';
    const host = HOST.test(given) ? given : `${env.HOST}:${request.socket.localPort}`;
    // So it is with the scheme, where a proxy passes on what the client said of it.
    const scheme = request.protocol === 'https' ? 'https' : 'http';
    return new Links(`${scheme}://${host}`, imageUrls);
  }

  status = (requestId: string) => `${this.base}/status/${requestId}`;
  outputCsv = (requestId: string) => `${this.base}/download/${requestId}`;
  errorsCsv = (requestId: string) => `${this.base}/download/${requestId}/errors`;
  deliveries = (requestId: string) => `${this.base}/requests/${requestId}/deliveries`;

  /** `name` as storage/artifact-key.ts makes it. Signed where `IMAGE_URL_TTL` says so. */
  image = (name: string) =>
    `${this.base}/images/${name}${this.imageUrls ? this.imageUrls.query(name) : ''}`;

  /** Until when the URLs of images work that are made now; undefined: for ever. Unix time, in seconds. */
  get imagesExpire(): number | undefined {
    return this.imageUrls?.expiry();
  }
}
