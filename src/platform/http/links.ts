import type { Request } from 'express';
import { trimEndOf } from './trim-characters.js';
import type { ImageUrls } from './image-urls.js';

const HOST = /^(?:[\w.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** Builds all absolute URLs of answers, output files and webhooks. */
export class Links {
  /** @param base URL without a trailing slash, for example `https://images.example.com` */
  constructor(
    readonly base: string,
    private readonly imageUrls?: ImageUrls,
  ) {}

  /** Returns links below `PUBLIC_URL`; without it, below the host that the client called. */
  static of(
    request: Request,
    env: { PUBLIC_URL?: string; HOST: string },
    imageUrls?: ImageUrls,
  ): Links {
    if (env.PUBLIC_URL) return new Links(trimEndOf(env.PUBLIC_URL, '/'), imageUrls);
    // The Host header is untrusted. It is used only if it is a valid host.
    const given = request.get('host') ?? '';
    const host = HOST.test(given) ? given : `${env.HOST}:${request.socket.localPort}`;
    // The scheme is untrusted as well: a proxy may forward the value of the client.
    const scheme = request.protocol === 'https' ? 'https' : 'http';
    return new Links(`${scheme}://${host}`, imageUrls);
  }

  status = (requestId: string) => `${this.base}/status/${requestId}`;
  outputCsv = (requestId: string) => `${this.base}/download/${requestId}`;
  errorsCsv = (requestId: string) => `${this.base}/download/${requestId}/errors`;
  deliveries = (requestId: string) => `${this.base}/requests/${requestId}/deliveries`;

  /** Returns the URL of an image, signed if `IMAGE_URL_TTL` is set. */
  image = (name: string) =>
    `${this.base}/images/${name}${this.imageUrls ? this.imageUrls.query(name) : ''}`;

  /** Expiry of image URLs issued now, as Unix time in seconds; undefined if they do not expire. */
  get imagesExpire(): number | undefined {
    return this.imageUrls?.expiry();
  }
}
