import { callbackify } from 'node:util';
import type { Request, Response } from 'express';
import multer, { type StorageEngine } from 'multer';
import { TemporaryFile } from '../../../platform/catalog/xlsx/temporary-file.js';
import { liftBodyDeadline, refuseTooSlow } from '../../../platform/http/body-deadline.js';
import { CorrectionsMissingError } from './correction-errors.js';

export interface ReceivingLimits {
  /** Maximum size of an errors file, in bytes. */
  maxBytes: number;
  /** Maximum time to receive the whole form, in milliseconds. */
  timeoutMs: number;
  temporaryFolder: string;
}

/**
 * Receives the errors file of a form into a temporary file. No database connection waits for a slow client.
 * The caller closes the file.
 *
 * @throws CorrectionsMissingError, errors of multer
 */
export async function receiveErrorsFile(
  request: Request,
  response: Response,
  { maxBytes, timeoutMs, temporaryFolder }: ReceivingLimits,
): Promise<TemporaryFile> {
  liftBodyDeadline(request);
  const deadline = setTimeout(() => refuseTooSlow(request, response), timeoutMs);
  const file = await TemporaryFile.create(temporaryFolder);
  let isReceived = false;
  const write = async (_request: unknown, { stream }: Express.Multer.File) => {
    // A stream of the handle keeps the file open.
    for await (const chunk of stream) await file.handle.appendFile(chunk as Buffer);
    isReceived = true;
    return {};
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
  } finally {
    clearTimeout(deadline);
  }
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
