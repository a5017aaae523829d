import { del, entries, get, set } from 'idb-keyval';
import type { Catalog } from './catalog.js';
import { type Choices, withDefaults } from './options/choices.js';
import type { FileOptions } from './options/file-options.js';

/** State of the start view before the upload. */
export interface Draft {
  catalog: Catalog;
  fileOptions: FileOptions;
  choices: Choices;
}

/** Maximum size of a stored file. After a reload, the user must choose a larger file again. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;
/** Maximum number of stored files from other tabs. */
const MAX_OTHER_FILES = 3;
const MAX_AGE_MS = 24 * 60 * 60 * 1000;

const DRAFT_KEY = 'pressroom:draft';
const TAB_KEY = 'pressroom:tab';

interface StoredFile {
  file: File;
  /** Milliseconds since the epoch. */
  storedAt: number;
}

type StoredCatalog =
  { from: 'disk' | 'sample' } | { from: 'links'; lines: number[] } | { from: 'url'; url: string };

type StoredDraft = Omit<Draft, 'catalog'> & { catalog: StoredCatalog };

/**
 * Stores the file in IndexedDB, which works without HTTPS, unlike OPFS. Stores the options in the session
 * storage of the tab.
 *
 * @returns false if the file is too large, or if storage is full or blocked
 */
export async function storeCatalog(catalog: Catalog): Promise<boolean> {
  if (catalog.from === 'url') return true;
  const { file } = catalog;
  if (file.size > MAX_FILE_BYTES) return false;
  try {
    await set(getFileKey(), { file, storedAt: Date.now() } satisfies StoredFile);
    await removeOldFiles();
    return true;
  } catch {
    // The window is private, the disk is full, or the user moved the file during the write.
    return false;
  }
}

export function storeOptions({ catalog, fileOptions, choices }: Draft): void {
  const storedDraft: StoredDraft = { catalog: toStoredCatalog(catalog), fileOptions, choices };
  sessionStorage.setItem(DRAFT_KEY, JSON.stringify(storedDraft));
}

/** Returns undefined if there is no draft or its file is no longer stored. */
export async function restoreDraft(): Promise<Draft | undefined> {
  const text = sessionStorage.getItem(DRAFT_KEY);
  if (text === null) return undefined;
  const { catalog, ...options } = JSON.parse(text) as StoredDraft;
  const choices = withDefaults(options.choices);
  if (catalog.from === 'url') return { ...options, choices, catalog };
  const storedFile = await get<StoredFile>(getFileKey()).catch(() => undefined);
  if (!storedFile) return undefined;
  return { ...options, choices, catalog: { ...catalog, file: storedFile.file } };
}

/** Removes the draft. Called after the upload, or when the user chooses another file. */
export async function removeDraft(): Promise<void> {
  sessionStorage.removeItem(DRAFT_KEY);
  // Ignores the error in a browser without IndexedDB, which stores no file.
  await del(getFileKey()).catch(() => undefined);
}

async function removeOldFiles(): Promise<void> {
  const otherFiles = (await entries<string, StoredFile>()).filter(([key]) => key !== getFileKey());
  const newestFirst = otherFiles.toSorted(([, a], [, b]) => b.storedAt - a.storedAt);
  const outdatedFiles = newestFirst.filter(
    ([, { storedAt }], index) => index >= MAX_OTHER_FILES || Date.now() - storedAt > MAX_AGE_MS,
  );
  for (const [key] of outdatedFiles) await del(key);
}

function toStoredCatalog(catalog: Catalog): StoredCatalog {
  if (catalog.from === 'url') return catalog;
  if (catalog.from === 'links') return { from: 'links', lines: catalog.lines };
  return { from: catalog.from };
}

/** Returns the key of this tab's file. `crypto.randomUUID` is not available without HTTPS. */
function getFileKey(): string {
  let tab = sessionStorage.getItem(TAB_KEY);
  if (tab === null) {
    tab = crypto.getRandomValues(new Uint32Array(4)).join('-');
    sessionStorage.setItem(TAB_KEY, tab);
  }
  return `file:${tab}`;
}
