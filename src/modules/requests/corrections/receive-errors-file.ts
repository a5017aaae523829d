import { callbackify } from 'node:util';
import type { Request, Response } from 'express';
import multer, { type StorageEngine } from 'multer';
import { TemporaryFile } from '../../../platform/catalog/xlsx/temporary-file.js';
import {
  UploadDisplacedError,
  type UploadSlots,
} from '../../../platform/concurrency/upload-slots.js';
import { clearBodyDeadline, rejectBody } from '../../../platform/http/body-deadline.js';
import { getOwner } from '../../../platform/http/caller.js';
import { abortSlowUpload, abortLateUpload } from '../../../platform/http/min-upload-speed.js';
import { CorrectionsMissingError } from './correction-errors.js';

export interface ReceiveOptions {
  /** Maximum size of an errors file, in bytes. */
  maxBytes: number;
  /** Maximum time to receive the entire form, in seconds. */
  timeoutSeconds: number;
  slots: UploadSlots;
  temporaryFolder: string;
}

/**
 * Writes the errors file of a form to a temporary file, so no database connection waits for a slow client.
 * The caller closes the file.
 *
 * @throws CorrectionsMissingError, TooManyUploadsError, errors of multer
 */
export async function receiveErrorsFile(
  request: Request,
  response: Response,
  { maxBytes, timeoutSeconds, slots, temporaryFolder }: ReceiveOptions,
): Promise<TemporaryFile> {
  clearBodyDeadline(request);
  abortSlowUpload(request, response, { isContended: () => slots.hasExcludedOwner });
  abortLateUpload(request, response, timeoutSeconds);
  const file = await TemporaryFile.create(temporaryFolder);
  let isFileReceived = false;
  const writeFile = async (_request: unknown, { stream }: Express.Multer.File) => {
    const releaseSlot = await acquireSlot(request, response, slots);
    try {
      // Uses appendFile, because a write stream could keep the file open.
      for await (const chunk of stream) await file.handle.appendFile(chunk as Buffer);
      isFileReceived = true;
      return {};
    } finally {
      releaseSlot();
    }
  };
  const storage: StorageEngine = {
    _handleFile: callbackify(writeFile),
    _removeFile: (_request, _file, done) => done(null),
  };
  const limits = { files: 1, fileSize: maxBytes, fields: 8, parts: 10, fieldSize: 4096 };
  const form = multer({ storage, limits, defParamCharset: 'utf8' }).single('file');
  try {
    await new Promise<void>((resolve, reject) => {
      form(request, response, (error: unknown) => (error ? reject(error) : resolve()));
    });
    if (!isFileReceived) throw new CorrectionsMissingError();
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

function acquireSlot(
  request: Request,
  response: Response,
  slots: UploadSlots,
): Promise<() => void> {
  const disconnectController = new AbortController();
  response.once('close', () => disconnectController.abort());
  return slots.acquireSlot(getOwner(request), {
    signal: disconnectController.signal,
    onEvict: () => rejectBody(request, response, new UploadDisplacedError()),
  });
}

const CHUNK_BYTES = 256 * 1024;

/** Reads a received file in chunks, from the start. */
export async function* readFileChunks({ handle }: TemporaryFile): AsyncGenerator<Buffer> {
  for (let position = 0; ;) {
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(CHUNK_BYTES),
      0,
      CHUNK_BYTES,
      position,
    );
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
  }
}
