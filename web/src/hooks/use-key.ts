import { useEffect, useState } from 'preact/hooks';
import { getKey, onKeyEntered } from '../api/key.js';

/** Returns the current key. Use it as an effect dependency to reload data for a new key. */
export function useKey(): string | null {
  const [key, setKey] = useState(getKey);
  useEffect(() => onKeyEntered(() => setKey(getKey())), []);
  return key;
}
