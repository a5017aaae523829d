import { useEffect, useState } from 'preact/hooks';
import { currentKey, onKeyGiven } from '../api/key.js';

/** Returns the current key. Use it as an effect dependency to reload data for a new key. */
export function useKey(): string | null {
  const [key, setKey] = useState(currentKey);
  useEffect(() => onKeyGiven(() => setKey(currentKey())), []);
  return key;
}
