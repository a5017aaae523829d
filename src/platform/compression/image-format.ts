/** Formats that are read and written. HEIC, SVG and others are refused by name (docs/reference/errors.md). */
export const IMAGE_FORMATS = ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const;
export type ImageFormat = (typeof IMAGE_FORMATS)[number];

/** File name extension without the dot, and the media type an artifact is served with. */
export const FORMAT_FACTS: Readonly<
  Record<ImageFormat, { extension: string; contentType: string }>
> = {
  jpeg: { extension: 'jpg', contentType: 'image/jpeg' },
  png: { extension: 'png', contentType: 'image/png' },
  webp: { extension: 'webp', contentType: 'image/webp' },
  avif: { extension: 'avif', contentType: 'image/avif' },
  gif: { extension: 'gif', contentType: 'image/gif' },
  tiff: { extension: 'tiff', contentType: 'image/tiff' },
};
