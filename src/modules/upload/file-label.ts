import { sanitizeFileName } from '../../platform/http/file-names.js';

const MAX_LENGTH = 200;

/** Returns the name of the uploaded file for the status and the web page. */
export const toFileLabel = (name: string): string =>
  sanitizeFileName(name, MAX_LENGTH, 'upload.csv');
