import type { Request } from 'express';
import type { StorageEnv } from '../config/storage-env.js';
import { imageDelivery, publicImageBaseUrl } from '../config/storage-settings.js';
import { trimEndCharacters } from './trim-characters.js';
import type { ImageUrls } from './image-urls.js';

const HOST = /^(?:[\w.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

type LinkSettings = { PUBLIC_URL?: string; HOST: string } & Partial<StorageEnv>;

/** Returns the base URL of the bucket; undefined unless images are delivered directly from it. */
function findDirectImageBaseUrl(env: LinkSettings): string | undefined {
  const { STORAGE, S3_DELIVERY = '', S3_PREFIX = '', S3_PUBLIC_URL } = env;
  if (STORAGE !== 's3' || imageDelivery({ STORAGE, S3_DELIVERY, S3_PUBLIC_URL }) !== 'direct') {
    return undefined;
  }
  return publicImageBaseUrl({ S3_PUBLIC_URL, S3_PREFIX });
}

/** Returns the name of the object in the bucket, which contains no file name. */
function toObjectName(path: string): string {
  const end = path.indexOf('/');
  return end < 0 ? path : path.slice(0, end) + path.slice(path.lastIndexOf('.'));
}

/** Builds all absolute URLs of responses, output files and webhooks. */
export class Links {
  /** @param baseUrl URL without a trailing slash, for example `https://images.example.com` */
  constructor(
    readonly baseUrl: string,
    private readonly imageUrls?: ImageUrls,
    /** URL prefix of images that are delivered from a bucket. */
    readonly directImageBaseUrl?: string,
  ) {}

  /** Returns links under `PUBLIC_URL` or, if it is not set, under the host that the client called. */
  static forCall(request: Request, env: LinkSettings, imageUrls?: ImageUrls): Links {
    const imageBaseUrl = findDirectImageBaseUrl(env);
    if (env.PUBLIC_URL)
      return new Links(trimEndCharacters(env.PUBLIC_URL, '/'), imageUrls, imageBaseUrl);
    // The Host header is untrusted. It is used only if it is a valid host.
    const hostHeader = request.get('host') ?? '';
    const host = HOST.test(hostHeader) ? hostHeader : `${env.HOST}:${request.socket.localPort}`;
    // The scheme is untrusted as well, because a proxy may forward the value from the client.
    const scheme = request.protocol === 'https' ? 'https' : 'http';
    return new Links(`${scheme}://${host}`, imageUrls, imageBaseUrl);
  }

  statusUrl = (requestId: string) => `${this.baseUrl}/status/${requestId}`;
  outputCsvUrl = (requestId: string) => `${this.baseUrl}/download/${requestId}`;
  errorsCsvUrl = (requestId: string) => `${this.baseUrl}/download/${requestId}/errors`;
  deliveriesUrl = (requestId: string) => `${this.baseUrl}/requests/${requestId}/deliveries`;

  /**
   * Returns the URL of an image, signed if `IMAGE_URL_TTL` is set.
   * @param path name of an artifact, or its key and a file name: `<key>/<name>.<extension>`
   */
  imageUrl = (path: string) => {
    if (this.directImageBaseUrl !== undefined) return this.directImageBaseUrl + toObjectName(path);
    const query = this.imageUrls ? this.imageUrls.buildSignedQuery(path) : '';
    return `${this.baseUrl}/images/${path.includes('/') ? encodeURI(path) : path}${query}`;
  };

  /** Expiry of image URLs issued now, as Unix time in seconds; undefined if they do not expire. */
  get imageExpiry(): number | undefined {
    return this.imageUrls?.computeExpiry();
  }
}
