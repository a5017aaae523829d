/** Variables that a decoder process needs: allocator settings and loader paths, no secret. */
const INHERITED = [
  'PATH',
  'LANG',
  'TMPDIR',
  'TMP',
  'TEMP',
  'SystemRoot',
  'LD_PRELOAD',
  'LD_LIBRARY_PATH',
  'MALLOC_CONF',
];

/**
 * Returns the environment of a child process that handles untrusted bytes. It contains no connection string
 * and no secret, so a compromised decoder cannot disclose any.
 */
export function childEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const inherited = INHERITED.filter((name) => process.env[name] !== undefined);
  return { ...Object.fromEntries(inherited.map((name) => [name, process.env[name]])), ...extra };
}
