import { useEffect, useState } from 'preact/hooks';
import { currentKey, onKeyGiven } from '../api/key.js';

/** Returns a value that changes with each new key, for data that then loads again. */
export function useKey(): string | null {
  const [key, setKey] = useState(currentKey);
  useEffect(() => onKeyGiven(() => setKey(currentKey())), []);
  return key;
}
