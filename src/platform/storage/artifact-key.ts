import type { CompressionOptions } from '../compression/compression-options.js';
import type { ServerSecret } from '../config/server-secret.js';
import { isCleanName } from '../catalog/file-names/clean-name.js';
import { FORMATS } from '../compression/formats/index.js';
import { IMAGE_FORMATS, type ImageFormat } from '../compression/inspect/image-format.js';

/**
 * Computes the content address of an artifact: 64 hex digits that depend only on the source's bytes and
 * the options. Identical work is done only once. The digits are keyed with the server's secret,
 * so clients cannot compute the address from the source.
 *
 * @param sourceSha256 hex digest of the source image
 * @param encoderVersion incremented when the same options produce a different result; older artifacts
 *   stay valid under their own keys
 */
export function computeArtifactKey(
  secret: ServerSecret,
  sourceSha256: string,
  {
    quality,
    format,
    max_width,
    max_height,
    effort = 'balanced',
    metadata = 'strip',
    ...otherOptions
  }: CompressionOptions,
  encoderVersion: number,
): string {
  const keyedValues = [
    encoderVersion,
    sourceSha256.toLowerCase(),
    format,
    quality,
    max_width ?? null,
    max_height ?? null,
    // Defaults are omitted, so artifacts that are older than these options keep their keys.
    ...(effort === 'balanced' ? [] : [effort]),
    ...(metadata === 'strip' ? [] : [metadata]),
    ...Object.entries(otherOptions)
      .filter(([, value]) => value !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ];
  return secret.sign('artifact', JSON.stringify(keyedValues)).toString('hex');
}

/** Returns `<key>.<extension>`: the file name of an artifact and the last segment of its URL. */
export function formatArtifactName(key: string, format: ImageFormat): string {
  return `${key}.${FORMATS[format].extension}`;
}

/** Returns `<key>/<name>.<extension>`: the path of an artifact under `/images/`, with a file name. */
export function formatArtifactPath(key: string, format: ImageFormat, fileName: string): string {
  return `${key}/${fileName}.${FORMATS[format].extension}`;
}

/**
 * Parses an untrusted path with a file name. Returns undefined unless a template can produce the name and
 * the extension belongs to a format.
 */
export function parseArtifactPath(
  key: string,
  file: string,
): { key: string; format: ImageFormat } | undefined {
  const dotIndex = file.lastIndexOf('.');
  if (dotIndex < 0 || !isCleanName(file.slice(0, dotIndex))) return undefined;
  return parseArtifactName(key + file.slice(dotIndex));
}

/** Parses an untrusted name. Returns undefined unless it is the name of an artifact. */
export function parseArtifactName(name: string): { key: string; format: ImageFormat } | undefined {
  const [, key, extension] = /^([0-9a-f]{64})\.([a-z]{3,4})$/.exec(name) ?? [];
  const format = IMAGE_FORMATS.find((format) => FORMATS[format].extension === extension);
  return key && format ? { key, format } : undefined;
}

/**
 * Prevents path traversal.
 * @throws TypeError unless the key is 64 hex digits
 */
export function assertArtifactKey(key: string): void {
  if (!/^[0-9a-f]{64}$/.test(key)) throw new TypeError('An artifact key must be 64 hex digits.');
}
