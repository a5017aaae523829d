const STORED = 'pressroom:key';
const GIVEN = 'pressroom:key-given';

/** Kept for this tab's session only; never in localStorage, never in an address. */
export const currentKey = (): string | null => sessionStorage.getItem(STORED);

type Prompt = (refused: boolean) => Promise<string | null>;
let prompt: Prompt | undefined;
let asking: Promise<boolean> | undefined;
/** "Not now" holds until the person asks: views that look every few seconds don't ask each time. */
let declined = false;

/** The dialog that asks; set once, by the shell. */
export function promptForKeyWith(ask: Prompt): void {
  prompt = ask;
}

/** Several calls refused at once are one question. False: the person gave none. */
export function askForKey(refusedKey: string | null): Promise<boolean> {
  if (currentKey() !== refusedKey) return Promise.resolve(true);
  if (declined) return Promise.resolve(false);
  asking ??= ask(refusedKey !== null).finally(() => (asking = undefined));
  return asking;
}

/** The person wants to, after all. */
export function enterKey(): Promise<boolean> {
  declined = false;
  return askForKey(currentKey());
}

/** Answers how to stop listening. */
export function onKeyGiven(listener: () => void): () => void {
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
