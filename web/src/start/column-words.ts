import type { UploadChecked } from '../api/types.js';

/** The three columns as this page calls them. */
export const COLUMN_WORDS: Record<Exclude<keyof UploadChecked['columns'], 'images'>, string> = {
  serial_number: 'Serial number',
  product_name: 'Product',
  input_image_urls: 'Image links',
};

/** The API names columns as its answers do. */
export const inColumnWords = (message: string): string =>
  message.replace(
    /\b(serial_number|product_name|input_image_urls)\b/g,
    (name) => `“${COLUMN_WORDS[name as keyof typeof COLUMN_WORDS]}”`,
  );
