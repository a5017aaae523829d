const STORED = 'pressroom:key';
const GIVEN = 'pressroom:key-given';

/** Stored for the session of this tab only, never in localStorage or in a URL. */
export const currentKey = (): string | null => sessionStorage.getItem(STORED);

type Prompt = (refused: boolean) => Promise<string | null>;
let prompt: Prompt | undefined;
let asking: Promise<boolean> | undefined;
/** True after "Not now", until the user asks for the dialog. Polling views must not open it again. */
let declined = false;

/** Opens the dialog. Set once by the shell. */
export function promptForKeyWith(ask: Prompt): void {
  prompt = ask;
}

/** Opens one dialog for several refused calls. Resolves to false when the user enters no key. */
export function askForKey(refusedKey: string | null): Promise<boolean> {
  if (currentKey() !== refusedKey) return Promise.resolve(true);
  if (declined) return Promise.resolve(false);
  asking ??= ask(refusedKey !== null).finally(() => (asking = undefined));
  return asking;
}

/** Opens the dialog, also after "Not now". */
export function enterKey(): Promise<boolean> {
  declined = false;
  return askForKey(currentKey());
}

/** Calls `listener` after each new key. Returns a function that removes it. */
export function onKeyEntered(listener: () => void): () => void {
  addEventListener(GIVEN, listener);
  return () => removeEventListener(GIVEN, listener);
}

async function ask(refused: boolean): Promise<boolean> {
  const key = await prompt?.(refused);
  declined = !key;
  if (!key) return false;
  sessionStorage.setItem(STORED, key);
  dispatchEvent(new Event(GIVEN));
  return true;
}
