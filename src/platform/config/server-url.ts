/** Returns rules for a URL on any host, `localhost` and bare names of a private network included. */
export const serverUrl = (...protocols: string[]) => ({
  protocols,
  require_protocol: true,
  require_tld: false,
  disallow_auth: false,
});
