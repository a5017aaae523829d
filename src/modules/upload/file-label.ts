import { sanitizeFileName } from '../../platform/http/file-names.js';

const MAX_LENGTH = 200;

/** The name of the uploaded file as the status and the page show it. */
export const fileLabel = (name: string): string => sanitizeFileName(name, MAX_LENGTH, 'upload.csv');
