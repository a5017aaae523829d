import { parseUrl } from './parse-url.js';

/** Query parameters by their lower-case name. */
type Parameters = ReadonlyMap<string, string>;
/** Returns the expiry in milliseconds since the epoch; undefined for a URL of another service. */
type ReadExpiry = (parameters: Parameters) => number | undefined;

/** Amazon S3, Google Cloud Storage and Alibaba OSS: the time of the signature, and its lifetime in seconds. */
const dated: ReadExpiry = (parameters) => {
  for (const vendor of ['x-amz', 'x-goog', 'x-oss']) {
    const begin = basicIsoDate(parameters.get(`${vendor}-date`) ?? '');
    const seconds = Number(parameters.get(`${vendor}-expires`));
    if (begin && seconds > 0) return begin + seconds * 1000;
  }
  return undefined;
};

/** CloudFront, older signatures of S3, Google Cloud and Alibaba OSS, and Bunny. */
const unixTime: ReadExpiry = (parameters) =>
  parameters.has('signature') || parameters.has('token')
    ? secondsIn(/^(\d{9,11})$/, parameters.get('expires'))
    : undefined;

/** CloudFront with a custom policy, which is JSON in base64. */
const cloudFrontPolicy: ReadExpiry = (parameters) => {
  const policy = (parameters.get('policy') ?? '').replaceAll('-', '+').replaceAll('~', '/');
  return secondsIn(
    /"DateLessThan"\s*:\s*\{\s*"AWS:EpochTime"\s*:\s*(\d{9,11})/,
    Buffer.from(policy.replaceAll('_', '='), 'base64').toString('latin1'),
  );
};

const azure: ReadExpiry = (parameters) => {
  const end = parameters.has('sig') ? Date.parse(parameters.get('se') ?? '') : Number.NaN;
  return Number.isNaN(end) ? undefined : end;
};

/** Supabase and others: a JSON Web Token (RFC 7519). */
const webToken: ReadExpiry = (parameters) => {
  const token = parameters.get('token') ?? parameters.get('jwt') ?? '';
  const [, payload = ''] = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(token) ?? [];
  return secondsIn(/"exp"\s*:\s*(\d{9,11})/, Buffer.from(payload, 'base64url').toString('latin1'));
};

const akamai: ReadExpiry = (parameters) => {
  const name = ['hdnts', 'hdnea', 'hdntl', '__token__'].find((one) => parameters.has(one));
  return name ? secondsIn(/(?:^|~)exp=(\d{9,11})/, parameters.get(name)) : undefined;
};

/** Tencent COS: begin and end of the signature. */
const tencent: ReadExpiry = (parameters) =>
  secondsIn(/^\d{9,11};(\d{9,11})$/, parameters.get('q-sign-time'));

/** Facebook and Instagram (`oe` and `oh`), Discord (`ex` and `hm`): seconds in hexadecimal. */
const hexadecimal: ReadExpiry = (parameters) => {
  const name = [
    ['oe', 'oh'],
    ['ex', 'hm'],
  ].find(([, signature]) => parameters.has(signature))?.[0];
  const text = (name && parameters.get(name)) ?? '';
  return /^[0-9a-f]{8}$/i.test(text) ? parseInt(text, 16) * 1000 : undefined;
};

const SIGNATURES: readonly ReadExpiry[] = [
  dated,
  unixTime,
  cloudFrontPolicy,
  azure,
  webToken,
  akamai,
  tencent,
  hexadecimal,
];

/** Parameters that name an expiry. Most URLs have none and need no parsing. */
const EXPIRY_PARAMETER =
  /[?&](?:x-(?:amz|goog|oss)-date|expires|se|policy|token|jwt|hdn(?:ts|ea|tl)|__token__|q-sign-time|oe|ex)=/i;

/** Returns true for a signed URL whose expiry is before `now`. */
export const isExpiredUrl = (text: string, now = Date.now()): boolean => {
  const url = EXPIRY_PARAMETER.test(text) ? parseUrl(text) : undefined;
  return url !== undefined && (expiryOf(url) ?? Infinity) < now;
};

/** Returns the expiry of a signed URL, in milliseconds since the epoch; undefined if it names none. */
export function expiryOf({ searchParams }: URL): number | undefined {
  const parameters = new Map(
    Array.from(searchParams, ([name, value]) => [name.toLowerCase(), value]),
  );
  for (const read of SIGNATURES) {
    const expiry = read(parameters);
    if (expiry !== undefined) return expiry;
  }
  return undefined;
}

function secondsIn(pattern: RegExp, text = ''): number | undefined {
  const [, seconds] = pattern.exec(text) ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

/** Parses a date such as `20261125T180000Z`. */
function basicIsoDate(text: string): number | undefined {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  if (parts.length === 0) return undefined;
  const [year, month, day, hour, minute, second] = parts.map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
