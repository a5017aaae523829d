import { findErrno, toStorageError } from '../errors/storage-errors.js';

/** Returns undefined if the operation fails because the file does not exist. */
export async function undefinedIfMissing<T>(operation: Promise<T>): Promise<T | undefined> {
  try {
    return await operation;
  } catch (error) {
    if (findErrno(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Converts system errors of the operation to `StorageFullError` or `StorageUnavailableError`. */
export async function withStorageErrors<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw toStorageError(error);
  }
}
