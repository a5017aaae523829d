import 'reflect-metadata';

/**
 * The secret part of a setting: the entire `value`, the password in a `url`, or the key in each entry
 * of `keys`.
 */
export type SecretPart = 'value' | 'url' | 'keys';

const SECRET = Symbol('secret setting');

/**
 * Marks a setting as secret. Messages and logs never contain its value. The variable `<NAME>_FILE` can
 * contain the path of a file with the value (secret-files.ts).
 */
export const Secret =
  (part: SecretPart = 'value'): PropertyDecorator =>
  (settings, name) =>
    Reflect.defineMetadata(SECRET, part, settings, name);

/** Returns the secret part of each secret setting, keyed by setting name. */
export function listSecretSettings(settings: object): Map<string, SecretPart> {
  const names = Object.keys(settings);
  const entries = names.map((name) => [name, Reflect.getMetadata(SECRET, settings, name)] as const);
  return new Map(entries.filter((entry): entry is [string, SecretPart] => entry[1] !== undefined));
}
