import { Webhook } from 'standardwebhooks';

/** `unknown`: not signed, or signed with an unknown secret. */
export type SignatureState = 'valid' | 'invalid' | 'unknown';

/**
 * Checks a Standard Webhooks 1.0 signature of ID, timestamp and body. The timestamp may differ from the current time
 * by up to five minutes.
 */
export function checkSignature(
  body: string,
  headers: Record<string, string>,
  secrets: string[],
): SignatureState {
  if (secrets.length === 0 || !headers['webhook-signature']) return 'unknown';
  return secrets.some((secret) => isSignedWith(body, headers, secret)) ? 'valid' : 'invalid';
}

function isSignedWith(body: string, headers: Record<string, string>, secret: string): boolean {
  try {
    new Webhook(secret).verify(body, headers, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}
