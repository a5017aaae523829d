import { sanitizeFileName } from '../../platform/http/file-names.js';

const MAX_LENGTH = 200;

/** Returns the name of the uploaded file that the status and the web page show. */
export const toFileLabel = (name: string): string =>
  sanitizeFileName(name, MAX_LENGTH, 'upload.csv');
