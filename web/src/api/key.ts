const STORED = 'pressroom:key';

/** Kept for this tab's session only; never in localStorage, never in an address. */
export const currentKey = (): string | null => sessionStorage.getItem(STORED);

type Prompt = (refused: boolean) => Promise<string | null>;
let prompt: Prompt | undefined;
let asking: Promise<boolean> | undefined;

/** The dialog that asks; set once, by the shell. */
export function promptForKeyWith(ask: Prompt): void {
  prompt = ask;
}

/** Several calls refused at once are one question. False: the person gave none. */
export function askForKey(refusedKey: string | null): Promise<boolean> {
  if (currentKey() !== refusedKey) return Promise.resolve(true);
  asking ??= ask(refusedKey !== null).finally(() => (asking = undefined));
  return asking;
}

async function ask(refused: boolean): Promise<boolean> {
  const key = await prompt?.(refused);
  if (!key) return false;
  sessionStorage.setItem(STORED, key);
  return true;
}
