import type { RecordedArtifact } from '../../platform/database/repositories/artifact-verification.js';
import type { ArtifactStore } from '../../platform/storage/artifact-store.js';
import { StorageUnavailableError } from '../../platform/errors/storage-errors.js';

/** Problems of a stored file, in the order of the report. */
export const STORED_FILE_PROBLEMS = [
  'missing',
  'wrong_size',
  'damaged',
  'unreadable',
  'unrecorded',
] as const;
export type StoredFileProblem = (typeof STORED_FILE_PROBLEMS)[number];

export interface FileCheckResult {
  problem?: StoredFileProblem;
  /** Size of the file in bytes. Null if the file is missing or unreadable. */
  bytes: number | null;
}

/** Compares a file with its row. With `deep`, also compares the content with the recorded checksum. */
export async function checkFile(
  store: ArtifactStore,
  { key, format, bytes, sha256 }: RecordedArtifact,
  deep: boolean,
): Promise<FileCheckResult> {
  try {
    const artifact = await store.find(key, format);
    if (!artifact) return { problem: 'missing', bytes: null };
    if (artifact.bytes !== bytes) return { problem: 'wrong_size', bytes: artifact.bytes };
    if (!deep || sha256 === null) return { bytes };
    const actualSha256 = await store.computeSha256(key, format);
    if (actualSha256 === undefined) return { problem: 'missing', bytes: null };
    return actualSha256 === sha256 ? { bytes } : { problem: 'damaged', bytes };
  } catch (error) {
    if (error instanceof StorageUnavailableError) return { problem: 'unreadable', bytes: null };
    throw error;
  }
}
