import type { CompressionOptions } from '../compression/compression-options.js';
import type { ServerSecret } from '../config/server-secret.js';
import { FORMATS } from '../compression/formats/index.js';
import { IMAGE_FORMATS, type ImageFormat } from '../compression/image-format.js';

/**
 * The content address of an artifact: 64 hex digits that depend on nothing but the source's bytes and
 * what is made of them, so that the same work is done once, ever; keyed with this server's secret, so
 * that nobody can tell the address from the source.
 *
 * @param sourceSha256 hex digest of the source image
 * @param encoderVersion raised when the same options come out differently; older artifacts stay valid
 *   under their own keys
 */
export function artifactKey(
  secret: ServerSecret,
  sourceSha256: string,
  { quality, format, max_width, max_height, effort = 'balanced' }: CompressionOptions,
  encoderVersion: number,
): string {
  const canonical = [
    encoderVersion,
    sourceSha256.toLowerCase(),
    format,
    quality,
    max_width ?? null,
    max_height ?? null,
    // Left out where it is the usual: artifacts from before there was a choice keep their keys.
    ...(effort === 'balanced' ? [] : [effort]),
  ];
  return secret.sign('artifact', JSON.stringify(canonical)).toString('hex');
}

/** The last segment of an artifact's URL, and its file's name: `<key>.<extension>`. */
export function artifactName(key: string, format: ImageFormat): string {
  return `${key}.${FORMATS[format].extension}`;
}

/** The reverse, for names that come from outside. Nothing that is not a key of ours gets through. */
export function parseArtifactName(name: string): { key: string; format: ImageFormat } | undefined {
  const [, key, extension] = /^([0-9a-f]{64})\.([a-z]{3,4})$/.exec(name) ?? [];
  const format = IMAGE_FORMATS.find((format) => FORMATS[format].extension === extension);
  return key && format ? { key, format } : undefined;
}

/** @throws TypeError when a key could lead to another place in the storage */
export function assertArtifactKey(key: string): void {
  if (!/^[0-9a-f]{64}$/.test(key)) throw new TypeError('an artifact key is 64 hex digits');
}
