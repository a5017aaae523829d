import { parseUrl } from '../url/parse-url.js';

/** Host names that an app without API keys accepts. */
export interface AllowedHosts {
  /** True if an entry is `*`, which allows every name. */
  allowsAll: boolean;
  /** Host names in lower case, without a port. */
  names: ReadonlySet<string>;
  /** Suffixes with a leading dot, such as `.example.com` for `*.example.com`. */
  suffixes: readonly string[];
}

/**
 * Parses a list such as `app,pressroom.lan,*.internal.example`.
 * @throws Error that names the invalid entry
 */
export function parseAllowedHosts(text: string): AllowedHosts {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const allowsAll = entries.includes('*');
  const names = new Set<string>();
  const suffixes: string[] = [];
  for (const entry of entries.filter((entry) => entry !== '*')) {
    if (entry.startsWith('*.')) suffixes.push(`.${toHostname(entry.slice(2), entry)}`);
    else names.add(toHostname(entry, entry));
  }
  return { allowsAll, names, suffixes };
}

function toHostname(name: string, entry: string): string {
  const url = /^[^\s/?#@:*[\]]+$/.test(name) ? parseUrl(`http://${name}/`) : undefined;
  if (!url) {
    throw new Error(
      `"${entry}" is not a host name. Use a name such as app or pressroom.example.com, without a scheme or port`,
    );
  }
  return url.hostname;
}
