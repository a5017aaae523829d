import { Webhook } from 'standardwebhooks';

/** `unknown`: not signed, or signed with a secret that is not known here. */
export type SignatureState = 'valid' | 'invalid' | 'unknown';

/** Standard Webhooks 1.0: the signature over id, time and body, and a time within five minutes of now. */
export function checkSignature(
  body: string,
  headers: Record<string, string>,
  secrets: string[],
): SignatureState {
  if (secrets.length === 0 || !headers['webhook-signature']) return 'unknown';
  return secrets.some((secret) => verifies(body, headers, secret)) ? 'valid' : 'invalid';
}

function verifies(body: string, headers: Record<string, string>, secret: string): boolean {
  try {
    new Webhook(secret).verify(body, headers, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}
