const STORAGE_KEY = 'pressroom:key';
const KEY_ENTERED_EVENT = 'pressroom:key-given';

/**
 * Returns the key. It is stored only for the session of this tab, never in localStorage or in a
 * URL.
 */
export const currentKey = (): string | null => sessionStorage.getItem(STORAGE_KEY);

type Prompt = (refused: boolean) => Promise<string | null>;
let prompt: Prompt | undefined;
let openPrompt: Promise<boolean> | undefined;
/** True after "Not now", until the user asks for the dialog. Polling views must not open it again. */
let isDeclined = false;

/** Sets the function that opens the dialog. */
export function setKeyPrompt(promptForKey: Prompt): void {
  prompt = promptForKey;
}

/** Opens one dialog for several refused calls. Resolves to false when the user enters no key. */
export function askForKey(refusedKey: string | null): Promise<boolean> {
  if (currentKey() !== refusedKey) return Promise.resolve(true);
  if (isDeclined) return Promise.resolve(false);
  openPrompt ??= ask(refusedKey !== null).finally(() => (openPrompt = undefined));
  return openPrompt;
}

/** Opens the dialog, also after "Not now". */
export function enterKey(): Promise<boolean> {
  isDeclined = false;
  return askForKey(currentKey());
}

/** Calls `listener` after each new key. Returns a function that removes it. */
export function onKeyEntered(listener: () => void): () => void {
  addEventListener(KEY_ENTERED_EVENT, listener);
  return () => removeEventListener(KEY_ENTERED_EVENT, listener);
}

async function ask(refused: boolean): Promise<boolean> {
  const key = await prompt?.(refused);
  isDeclined = !key;
  if (!key) return false;
  sessionStorage.setItem(STORAGE_KEY, key);
  dispatchEvent(new Event(KEY_ENTERED_EVENT));
  return true;
}
