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

export interface ReceivingLimits {
  /** Maximum size of an errors file, in bytes. */
  maxBytes: number;
  /** Maximum time to receive the whole form, in seconds. */
  timeoutSeconds: number;
  slots: UploadSlots;
  temporaryFolder: string;
}

/**
 * Receives the errors file of a form into a temporary file. No database connection waits for a slow client.
 * The caller closes the file.
 *
 * @throws CorrectionsMissingError, TooManyUploadsError, errors of multer
 */
export async function receiveErrorsFile(
  request: Request,
  response: Response,
  { maxBytes, timeoutSeconds, slots, temporaryFolder }: ReceivingLimits,
): Promise<TemporaryFile> {
  clearBodyDeadline(request);
  abortSlowUpload(request, response, { isContended: () => slots.hasExcludedOwner });
  abortLateUpload(request, response, timeoutSeconds);
  const file = await TemporaryFile.create(temporaryFolder);
  let isReceived = false;
  const write = async (_request: unknown, { stream }: Express.Multer.File) => {
    const releaseSlot = await takeSlot(request, response, slots);
    try {
      // A stream of the handle keeps the file open.
      for await (const chunk of stream) await file.handle.appendFile(chunk as Buffer);
      isReceived = true;
      return {};
    } finally {
      releaseSlot();
    }
  };
  const storage: StorageEngine = {
    _handleFile: callbackify(write),
    _removeFile: (_request, _file, done) => done(null),
  };
  const limits = { files: 1, fileSize: maxBytes, fields: 8, parts: 10, fieldSize: 4096 };
  const form = multer({ storage, limits, defParamCharset: 'utf8' }).single('file');
  try {
    await new Promise<void>((resolve, reject) => {
      form(request, response, (error: unknown) => (error ? reject(error) : resolve()));
    });
    if (!isReceived) throw new CorrectionsMissingError();
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

function takeSlot(request: Request, response: Response, slots: UploadSlots): Promise<() => void> {
  const left = new AbortController();
  response.once('close', () => left.abort());
  return slots.acquireSlot(getOwner(request), {
    signal: left.signal,
    onEvict: () => rejectBody(request, response, new UploadDisplacedError()),
  });
}

const CHUNK_BYTES = 256 * 1024;

/** Reads a received file from its start. */
export async function* bytesOf({ handle }: TemporaryFile): AsyncGenerator<Buffer> {
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
