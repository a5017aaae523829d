/** Labels of this page for names of the API. */
const WORDS: [api: string, page: string][] = [
  [
    'To compress their images, name them in image_columns.',
    'To compress their images, import them as “Image”.',
  ],
  ['or name it in image_columns', 'or import it as “Image”'],
  ['Set image_columns to one or more of', 'Choose “Image” for one or more of'],
  ['Set base_url to the URL of the folder', 'Enter the folder of your images in the file settings'],
  ['or set encoding', 'or change the encoding in the file settings'],
  ['serial_number', '“Serial number”'],
  ['product_name', '“Product name”'],
  ['input_image_urls', '“Image”'],
  ['image_columns', '“Image”'],
  ['header_row', 'The header row'],
];

/** Translates names of the API in a message to the labels of this page. */
export const toPageLabels = (message: string): string =>
  WORDS.reduce((text, [api, page]) => text.replaceAll(api, page), message);
