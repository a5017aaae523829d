import { useEffect, useState } from 'preact/hooks';
import { currentKey, onKeyGiven } from '../api/key.js';

/** For what is loaded anew once a key is there. */
export function useKey(): string | null {
  const [key, setKey] = useState(currentKey);
  useEffect(() => onKeyGiven(() => setKey(currentKey())), []);
  return key;
}
