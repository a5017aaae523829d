import { parseUrl } from './parse-url.js';

/** Query parameters by lower-case name. */
type Parameters = ReadonlyMap<string, string>;
/** Returns the expiry in milliseconds since the epoch. Undefined if the URL is from another service. */
type ReadExpiry = (parameters: Parameters) => number | undefined;

/** Reads the time of the signature and its lifetime in seconds: Amazon S3, Google Cloud Storage, Alibaba OSS. */
const readSignatureLifetime: ReadExpiry = (parameters) => {
  for (const vendor of ['x-amz', 'x-goog', 'x-oss']) {
    const signedAt = parseBasicIsoDate(parameters.get(`${vendor}-date`) ?? '');
    const seconds = Number(parameters.get(`${vendor}-expires`));
    if (signedAt && seconds > 0) return signedAt + seconds * 1000;
  }
  return undefined;
};

/** Reads a Unix time: CloudFront, Bunny, and older signatures from S3, Google Cloud and Alibaba OSS. */
const readUnixTime: ReadExpiry = (parameters) =>
  parameters.has('signature') || parameters.has('token')
    ? matchSeconds(/^(\d{9,11})$/, parameters.get('expires'))
    : undefined;

/** Reads a custom CloudFront policy, which is JSON in base64. */
const readCloudFrontPolicy: ReadExpiry = (parameters) => {
  const policy = (parameters.get('policy') ?? '').replaceAll('-', '+').replaceAll('~', '/');
  return matchSeconds(
    /"DateLessThan"\s*:\s*\{\s*"AWS:EpochTime"\s*:\s*(\d{9,11})/,
    Buffer.from(policy.replaceAll('_', '='), 'base64').toString('latin1'),
  );
};

const readAzureExpiry: ReadExpiry = (parameters) => {
  const expiry = parameters.has('sig') ? Date.parse(parameters.get('se') ?? '') : Number.NaN;
  return Number.isNaN(expiry) ? undefined : expiry;
};

/** Reads a JSON Web Token (RFC 7519): Supabase and others. */
const readJsonWebToken: ReadExpiry = (parameters) => {
  const token = parameters.get('token') ?? parameters.get('jwt') ?? '';
  const [, payload = ''] = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(token) ?? [];
  return matchSeconds(
    /"exp"\s*:\s*(\d{9,11})/,
    Buffer.from(payload, 'base64url').toString('latin1'),
  );
};

const readAkamaiExpiry: ReadExpiry = (parameters) => {
  const name = ['hdnts', 'hdnea', 'hdntl', '__token__'].find((candidate) =>
    parameters.has(candidate),
  );
  return name ? matchSeconds(/(?:^|~)exp=(\d{9,11})/, parameters.get(name)) : undefined;
};

/** Reads the end of the period in which the signature is valid: Tencent COS. */
const readTencentExpiry: ReadExpiry = (parameters) =>
  matchSeconds(/^\d{9,11};(\d{9,11})$/, parameters.get('q-sign-time'));

/** Reads seconds in hexadecimal: Facebook and Instagram (`oe` and `oh`), Discord (`ex` and `hm`). */
const readHexadecimalTime: ReadExpiry = (parameters) => {
  const name = [
    ['oe', 'oh'],
    ['ex', 'hm'],
  ].find(([, signature]) => parameters.has(signature))?.[0];
  const text = (name && parameters.get(name)) ?? '';
  return /^[0-9a-f]{8}$/i.test(text) ? parseInt(text, 16) * 1000 : undefined;
};

const EXPIRY_READERS: readonly ReadExpiry[] = [
  readSignatureLifetime,
  readUnixTime,
  readCloudFrontPolicy,
  readAzureExpiry,
  readJsonWebToken,
  readAkamaiExpiry,
  readTencentExpiry,
  readHexadecimalTime,
];

/** Parameters that specify an expiry. Most URLs have none, so they are not parsed. */
const EXPIRY_PARAMETER =
  /[?&](?:x-(?:amz|goog|oss)-date|expires|se|policy|token|jwt|hdn(?:ts|ea|tl)|__token__|q-sign-time|oe|ex)=/i;

/** Returns true for a signed URL whose expiry is before `now`. */
export const isExpiredUrl = (text: string, now = Date.now()): boolean => {
  const url = EXPIRY_PARAMETER.test(text) ? parseUrl(text) : undefined;
  return url !== undefined && (getUrlExpiry(url) ?? Infinity) < now;
};

/** Returns the expiry of a signed URL, in milliseconds since the epoch. Undefined if the URL specifies none. */
export function getUrlExpiry({ searchParams }: URL): number | undefined {
  const parameters = new Map(
    Array.from(searchParams, ([name, value]) => [name.toLowerCase(), value]),
  );
  for (const readExpiry of EXPIRY_READERS) {
    const expiry = readExpiry(parameters);
    if (expiry !== undefined) return expiry;
  }
  return undefined;
}

function matchSeconds(pattern: RegExp, text = ''): number | undefined {
  const [, seconds] = pattern.exec(text) ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

/** Parses a date such as `20261125T180000Z`. */
function parseBasicIsoDate(text: string): number | undefined {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  if (parts.length === 0) return undefined;
  const [year, month, day, hour, minute, second] = parts.map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
