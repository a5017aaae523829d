/** This page's wording for phrases in API messages. */
const REPLACEMENTS: [apiText: string, pageText: string][] = [
  ['list them in image_columns', 'import them as “Image”'],
  ['or specify it in image_columns', 'or import it as “Image”'],
  ['Set image_columns to one or more of', 'Choose “Image” for one or more of'],
  ['Set base_url to the URL of the folder', 'Enter the folder of your images in the file settings'],
  ['or set encoding', 'or change the encoding in the file settings'],
  ['serial_number', '“Serial number”'],
  ['product_name', '“Product name”'],
  ['input_image_urls', '“Image”'],
  ['image_columns', '“Image”'],
  ['header_row is', 'The header row is'],
  ['header_row must', 'The header row must'],
  ['header_row', 'the header row'],
];

/** Replaces API names in a message with the labels of this page. */
export const toPageLabels = (message: string): string =>
  REPLACEMENTS.reduce((text, [apiText, pageText]) => text.replaceAll(apiText, pageText), message);
