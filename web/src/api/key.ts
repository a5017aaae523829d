const STORAGE_KEY = 'pressroom:key';
const KEY_ENTERED_EVENT = 'pressroom:key-given';

/**
 * Returns the API key, or null if the user has not entered one. The key is stored only for this tab's session,
 * never in localStorage or in a URL.
 */
export const getKey = (): string | null => sessionStorage.getItem(STORAGE_KEY);

type KeyPrompt = (wasRejected: boolean) => Promise<string | null>;
let prompt: KeyPrompt | undefined;
let openPrompt: Promise<boolean> | undefined;
/** True after "Not now", until the user opens the dialog. Polling views must not open it again. */
let isDeclined = false;

/** Sets the function that opens the dialog. */
export function setKeyPrompt(promptForKey: KeyPrompt): void {
  prompt = promptForKey;
}

/** Opens one dialog for all concurrently rejected calls. Resolves to false if the user enters no key. */
export function askForKey(rejectedKey: string | null): Promise<boolean> {
  if (getKey() !== rejectedKey) return Promise.resolve(true);
  if (isDeclined) return Promise.resolve(false);
  openPrompt ??= showPrompt(rejectedKey !== null).finally(() => (openPrompt = undefined));
  return openPrompt;
}

/** Opens the dialog, even after "Not now". */
export function enterKey(): Promise<boolean> {
  isDeclined = false;
  return askForKey(getKey());
}

/** Calls `listener` each time the user enters a key. Returns a function that removes the listener. */
export function onKeyEntered(listener: () => void): () => void {
  addEventListener(KEY_ENTERED_EVENT, listener);
  return () => removeEventListener(KEY_ENTERED_EVENT, listener);
}

async function showPrompt(wasRejected: boolean): Promise<boolean> {
  const key = await prompt?.(wasRejected);
  isDeclined = !key;
  if (!key) return false;
  sessionStorage.setItem(STORAGE_KEY, key);
  dispatchEvent(new Event(KEY_ENTERED_EVENT));
  return true;
}
