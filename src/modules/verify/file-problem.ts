import type { RecordedArtifact } from '../../platform/database/repositories/artifact-verification.js';
import type { ArtifactStore } from '../../platform/storage/artifact-store.js';
import { StorageUnavailableError } from '../../platform/errors/storage-errors.js';

/** Problems of a stored file, in the order of the report. */
export const FILE_PROBLEMS = [
  'missing',
  'wrong_size',
  'damaged',
  'unreadable',
  'unrecorded',
] as const;
export type FileProblem = (typeof FILE_PROBLEMS)[number];

export interface CheckedFile {
  problem?: FileProblem;
  /** Size of the file in bytes. Null when the file is missing or unreadable. */
  bytes: number | null;
}

/** Compares a row with its file. `deep` compares the content with the recorded checksum as well. */
export async function checkFile(
  store: ArtifactStore,
  { key, format, bytes, sha256 }: RecordedArtifact,
  deep: boolean,
): Promise<CheckedFile> {
  try {
    const found = await store.find(key, format);
    if (!found) return { problem: 'missing', bytes: null };
    if (found.bytes !== bytes) return { problem: 'wrong_size', bytes: found.bytes };
    if (!deep || sha256 === null) return { bytes };
    const content = await store.computeSha256(key, format);
    if (content === undefined) return { problem: 'missing', bytes: null };
    return content === sha256 ? { bytes } : { problem: 'damaged', bytes };
  } catch (error) {
    if (error instanceof StorageUnavailableError) return { problem: 'unreadable', bytes: null };
    throw error;
  }
}
