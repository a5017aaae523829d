import multer, { type StorageEngine } from 'multer';
import { UnexpectedFileError } from './upload-errors.js';

/** Creates a parser for the form of an upload: options, and at most one file in the field `file`. */
export const createUploadFormParser = (
  storage: StorageEngine,
  maxFileBytes: number,
): ReturnType<multer.Multer['any']> =>
  multer({
    storage,
    fileFilter: (_request, file, done) =>
      file.fieldname === 'file' ? done(null, true) : done(new UnexpectedFileError(file.fieldname)),
    limits: {
      files: 1,
      fileSize: maxFileBytes,
      // The form may have one field per image column.
      fields: 128,
      parts: 132,
      fieldNameSize: 100,
      fieldSize: 16 * 1024,
      fieldNestingDepth: 0,
      headerPairs: 50,
    },
    // Browsers and curl send file names as UTF-8. busboy's default is latin1.
    defParamCharset: 'utf8',
  }).any();
