import type { Request } from 'express';
import type { StorageEnv } from '../config/storage-env.js';
import { imageDelivery, publicImageBaseUrl } from '../config/storage-settings.js';
import { trimEndCharacters } from './trim-characters.js';
import type { ImageUrls } from './image-urls.js';

const HOST = /^(?:[\w.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

type LinkSettings = { PUBLIC_URL?: string; HOST: string } & Partial<StorageEnv>;

/** Returns undefined unless images are delivered directly from the bucket. */
function directImageBase(env: LinkSettings): string | undefined {
  const { STORAGE, S3_DELIVERY = '', S3_PREFIX = '', S3_PUBLIC_URL } = env;
  if (STORAGE !== 's3' || imageDelivery({ STORAGE, S3_DELIVERY, S3_PUBLIC_URL }) !== 'direct') {
    return undefined;
  }
  return publicImageBaseUrl({ S3_PUBLIC_URL, S3_PREFIX });
}

/** Returns the name of the object in the bucket, which has no file name. */
function withoutFileName(path: string): string {
  const end = path.indexOf('/');
  return end < 0 ? path : path.slice(0, end) + path.slice(path.lastIndexOf('.'));
}

/** Builds all absolute URLs of responses, output files and webhooks. */
export class Links {
  /** @param base URL without a trailing slash, for example `https://images.example.com` */
  constructor(
    readonly base: string,
    private readonly imageUrls?: ImageUrls,
    /** Precedes the names of images that are delivered from a bucket. */
    readonly directImageBase?: string,
  ) {}

  /** Returns links below `PUBLIC_URL`; without it, below the host that the client called. */
  static of(request: Request, env: LinkSettings, imageUrls?: ImageUrls): Links {
    const imageBase = directImageBase(env);
    if (env.PUBLIC_URL)
      return new Links(trimEndCharacters(env.PUBLIC_URL, '/'), imageUrls, imageBase);
    // The Host header is untrusted. It is used only if it is a valid host.
    const given = request.get('host') ?? '';
    const host = HOST.test(given) ? given : `${env.HOST}:${request.socket.localPort}`;
    // The scheme is untrusted as well: a proxy may forward the value of the client.
    const scheme = request.protocol === 'https' ? 'https' : 'http';
    return new Links(`${scheme}://${host}`, imageUrls, imageBase);
  }

  status = (requestId: string) => `${this.base}/status/${requestId}`;
  outputCsv = (requestId: string) => `${this.base}/download/${requestId}`;
  errorsCsv = (requestId: string) => `${this.base}/download/${requestId}/errors`;
  deliveries = (requestId: string) => `${this.base}/requests/${requestId}/deliveries`;

  /**
   * Returns the URL of an image, signed if `IMAGE_URL_TTL` is set.
   * @param path name of an artifact, or its key and a file name: `<key>/<name>.<extension>`
   */
  image = (path: string) => {
    if (this.directImageBase !== undefined) return this.directImageBase + withoutFileName(path);
    const query = this.imageUrls ? this.imageUrls.signedQuery(path) : '';
    return `${this.base}/images/${path.includes('/') ? encodeURI(path) : path}${query}`;
  };

  /** Expiry of image URLs issued now, as Unix time in seconds; undefined if they do not expire. */
  get imagesExpire(): number | undefined {
    return this.imageUrls?.nextExpiry();
  }
}
