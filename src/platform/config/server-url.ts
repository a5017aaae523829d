/** Returns validation options for a URL on any host, including `localhost` and names without a dot. */
export const serverUrlOptions = (...protocols: string[]) => ({
  protocols,
  require_protocol: true,
  require_tld: false,
  disallow_auth: false,
});
