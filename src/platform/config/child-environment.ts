/** Variables that a decoder process needs, such as allocator settings and loader paths. They contain no secrets. */
const INHERITED_VARIABLES = [
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
 * Returns the environment of a child process that handles untrusted bytes. The environment contains no
 * connection strings or secrets, so a compromised decoder cannot disclose them.
 */
export function buildChildEnvironment(extraVariables: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const inherited = INHERITED_VARIABLES.filter((name) => process.env[name] !== undefined);
  return {
    ...Object.fromEntries(inherited.map((name) => [name, process.env[name]])),
    ...extraVariables,
  };
}
