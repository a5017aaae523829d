import 'reflect-metadata';

/**
 * The secret part of a setting: the whole `value`, the password of a `url`, or the key of each entry
 * (`keys`).
 */
export type SecretPart = 'value' | 'url' | 'keys';

const SECRET = Symbol('secret setting');

/**
 * Marks a setting as secret. Its value never occurs in messages and logs, and the variable `<NAME>_FILE` can
 * name a file with the value (secret-files.ts).
 */
export const Secret =
  (part: SecretPart = 'value'): PropertyDecorator =>
  (settings, name) =>
    Reflect.defineMetadata(SECRET, part, settings, name);

/** Returns the secret part of each secret setting, by the name of the setting. */
export function secretSettings(settings: object): Map<string, SecretPart> {
  const names = Object.keys(settings);
  const parts = names.map((name) => [name, Reflect.getMetadata(SECRET, settings, name)] as const);
  return new Map(parts.filter((entry): entry is [string, SecretPart] => entry[1] !== undefined));
}
