const IMAGE_EXTENSION =
  /\.(?:jpe?g|jpe|jfif|pjpeg|a?png|gif|webp|avif|tiff?|bmp|heic|heif|jxl|svg|ico)$/i;

/** Maximum length of a file name or relative path that counts as an image reference, in characters. */
const MAX_PATH_LENGTH = 1024;

/** Returns true if a path, URL or file name ends with an image file extension. Ignores the query and the fragment. */
export function hasImageExtension(text: string): boolean {
  const end = text.search(/[?#]/);
  const path = end < 0 ? text : text.slice(0, end);
  return IMAGE_EXTENSION.test(path.slice(-8));
}

/** Returns true for a reference that needs a base URL: `Portrait_5.jpg`, `/m/u/mug.jpg` or `../mug.png?v=2`. */
export const isRelativeImagePath = (text: string): boolean =>
  text.length <= MAX_PATH_LENGTH &&
  !/[\r\n\t"<>]/.test(text) &&
  !/^[a-z][a-z0-9+.-]*:/i.test(text) &&
  !text.startsWith('\\\\') &&
  hasImageExtension(text);
