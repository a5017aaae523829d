/** What a decoder child needs of our environment: the allocator and the loader's paths, no secret. */
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
 * The environment for a child process that handles untrusted bytes. Connection strings and webhook
 * secrets stay out of it, so that a decoder that is taken over has nothing to tell.
 */
export function childEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const inherited = INHERITED.filter((name) => process.env[name] !== undefined);
  return { ...Object.fromEntries(inherited.map((name) => [name, process.env[name]])), ...extra };
}
