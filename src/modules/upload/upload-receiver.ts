import { createHash } from 'node:crypto';
import { callbackify } from 'node:util';
import type { Request, Response } from 'express';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import multer, { type StorageEngine } from 'multer';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { liftBodyDeadline, refuseBody } from '../../platform/http/body-deadline.js';
import { ownerOf } from '../../platform/http/caller.js';
import { ownersIn } from '../../platform/config/api-keys.js';
import { Env } from '../../platform/config/env.js';
import {
  type FirstUpload,
  firstUploadWith,
  holdIdempotencyKey,
} from '../../platform/database/repositories/repeated-uploads.js';
import { OpenWorkQuota } from '../../platform/database/open-work-quota.js';
import { CatalogReader } from './catalog-reader.js';
import type { CatalogRow } from './catalog-row.js';
import { fileLabel } from './file-label.js';
import { hashing, IdempotencyKeyInUseError, idempotencyKeyOf } from './idempotency.js';
import { CatalogStore } from './ingest/catalog-store.js';
import { UploadSlots } from './ingest/upload-slots.js';
import { endAfterDeadline, abortSlowUpload } from './min-upload-speed.js';
import {
  asUploadError,
  FileMissingError,
  NotMultipartError,
  UnexpectedFileError,
  UploadDisplacedError,
  UploadTooLargeError,
} from './upload-errors.js';
import { UploadOptions } from './upload-options.dto.js';

/** Rows that a dry run shows. */
const PREVIEW_ROWS = 10;
/** Room for the form around the file. */
const FORM_BYTES = 64 * 1024;

/** A catalog that was read to its end, and a transaction that waits for its commit. */
export interface ReceivedCatalog {
  csvSha256: string;
  requestId: string;
  filename: string;
  reader: CatalogReader;
  preview: CatalogRow[];
  /** None in a dry run that said so before the file came. */
  store?: CatalogStore;
}

/** What came with an `Idempotency-Key` that was used before; the CSV was hashed, not read. */
export interface RepeatedUpload {
  csvSha256: string;
  first: FirstUpload;
  store?: undefined;
}

type Received = ReceivedCatalog | RepeatedUpload;

/** From the socket into PostgreSQL in one stream: multer's storage engine is the reader and the COPY. */
@Injectable()
export class UploadReceiver {
  private readonly slots: UploadSlots;
  private readonly received = new WeakMap<Request, Received>();
  private readonly form: ReturnType<multer.Multer['any']>;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly quota: OpenWorkQuota,
    private readonly env: Env,
  ) {
    const slots = Math.max(1, Math.floor(env.DATABASE_CONNECTIONS / 2));
    this.slots = new UploadSlots(slots, ownersIn(env.API_KEYS));
    this.form = multer({
      storage: this.storage(),
      fileFilter: (_request, file, done) =>
        file.fieldname === 'file'
          ? done(null, true)
          : done(new UnexpectedFileError(file.fieldname)),
      limits: {
        files: 1,
        fileSize: env.MAX_UPLOAD_BYTES,
        fields: 32,
        parts: 40,
        fieldNameSize: 100,
        fieldSize: 4096,
        fieldNestingDepth: 0,
        headerPairs: 50,
      },
      // Not latin1, busboy's default: browsers and curl send names as UTF-8.
      defParamCharset: 'utf8',
    }).any();
  }

  /**
   * Settles when the whole form is in. The caller ends the catalog's transaction; after a rejection
   * there is none.
   */
  async receive(request: Request, response: Response): Promise<Received> {
    liftBodyDeadline(request);
    abortSlowUpload(request, response, { isContended: () => this.slots.hasExcludedOwner });
    endAfterDeadline(request, response, this.env.UPLOAD_TIMEOUT_SECONDS);
    if (!request.is('multipart/form-data')) throw new NotMultipartError();
    const limit = this.env.MAX_UPLOAD_BYTES;
    if (Number(request.get('content-length') ?? 0) > limit + FORM_BYTES) {
      throw new UploadTooLargeError(limit);
    }
    idempotencyKeyOf(request);
    try {
      await new Promise<void>((resolve, reject) => {
        this.form(request, response, (error: unknown) => (error ? reject(error) : resolve()));
      });
    } catch (error) {
      await this.discard(request);
      throw asUploadError(error, limit);
    }
    const received = this.received.get(request);
    if (received === undefined) throw new FileMissingError();
    return received;
  }

  private storage(): StorageEngine {
    const keep = async (request: Request, file: Express.Multer.File) => {
      this.received.set(request, await this.read(request, file));
      return {};
    };
    return {
      _handleFile: callbackify(keep),
      _removeFile: callbackify((request: Request, _file: unknown) => this.discard(request)),
    };
  }

  private async read(request: Request, file: Express.Multer.File): Promise<Received> {
    // Options that came before the file are refused before it is read; all are checked at the end.
    const { dry_run } = UploadOptions.from({ ...request.body });
    const hash = createHash('sha256');
    // Destroying the stream would be an error to multer that hides ours.
    const bytes = hashing(file.stream.iterator({ destroyOnReturn: false }), hash);
    const requestId = uuidv7();
    const owner = ownerOf(request);
    const slot = await this.takeSlot(request, owner).catch((error: unknown) => {
      file.stream.resume();
      throw error;
    });
    let giveBack = slot;
    let store: CatalogStore | undefined;
    try {
      if (!dry_run) {
        store = await CatalogStore.begin(this.dataSource, requestId, () => giveBack());
      }
      const first = store && (await this.firstUpload(request, store));
      if (store && first) {
        // The connection is free; the slot limits those who still send.
        giveBack = () => undefined;
        await store.rollback();
        for await (const chunk of bytes) void chunk;
        slot();
        return { csvSha256: hash.digest('hex'), first };
      }
      const { reader, preview } = await this.readInto(store, bytes, owner);
      const filename = fileLabel(file.originalname);
      if (!store) slot();
      return { csvSha256: hash.digest('hex'), requestId, filename, reader, preview, store };
    } catch (error) {
      // The client reads the answer only once it has sent everything.
      file.stream.resume();
      await store?.rollback();
      slot();
      throw error;
    }
  }

  /** Dry runs and repeated uploads need no connection, but read and parse as much as an upload. */
  private takeSlot(request: Request, owner: string): Promise<() => void> {
    const left = new AbortController();
    // The request closes as soon as a small body is read; the response closes with the connection.
    request.res?.once('close', () => left.abort());
    return this.slots.take(owner, {
      signal: left.signal,
      onEvict: () => refuseBody(request, request.res!, new UploadDisplacedError()),
    });
  }

  private async readInto(
    store: CatalogStore | undefined,
    bytes: AsyncIterable<Buffer>,
    owner: string,
  ) {
    const reader = new CatalogReader();
    const preview: CatalogRow[] = [];
    const room = store ? await this.quota.room(store.query, owner) : Infinity;
    for await (const rows of reader.read(bytes)) {
      if (reader.images > room) throw this.quota.tooManyImages();
      if (preview.length < PREVIEW_ROWS) {
        preview.push(...rows.slice(0, PREVIEW_ROWS - preview.length));
      }
      await store?.add(rows);
    }
    await store?.complete();
    return { reader, preview };
  }

  /** @throws IdempotencyKeyInUseError */
  private async firstUpload(
    request: Request,
    store: CatalogStore,
  ): Promise<FirstUpload | undefined> {
    const [key, owner] = [idempotencyKeyOf(request), ownerOf(request)];
    if (key === undefined) return undefined;
    if (!(await holdIdempotencyKey(store.query, owner, key))) throw new IdempotencyKeyInUseError();
    return firstUploadWith(store.query, owner, key);
  }

  private async discard(request: Request): Promise<void> {
    await this.received.get(request)?.store?.rollback();
    this.received.delete(request);
  }
}
