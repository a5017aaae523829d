/** Names of the formats that Pressroom reads and writes. `formats/index.ts` contains a descriptor for each. */
export const IMAGE_FORMATS = ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const;
export type ImageFormat = (typeof IMAGE_FORMATS)[number];
