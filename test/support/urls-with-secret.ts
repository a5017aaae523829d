import { type Arbitrary, array, constantFrom, oneof, tuple } from 'fast-check';

/** Part of the query, the fragment or the user information of every generated URL. */
export const URL_SECRET = 'S3cretOfThisUrl';

const PLAIN_PIECES = [
  'a',
  'Z',
  '1',
  '.',
  '-',
  '&',
  '=',
  '%20',
  '%3F',
  '%23',
  '%zz',
  'ü',
  '日',
  '\u202E',
];
const SPECIAL_PIECES = [' ', '"', "'", '\\', '$&', '@', ':', '{', '`', '\t', '\n', '%'];
const PATH_PIECES = ['/', '//'];
const QUERY_PIECES = ['?', '#', '/'];

const anyTextOf = (pieces: string[], maxLength = 6) =>
  array(constantFrom(...pieces), { maxLength }).map((parts) => parts.join(''));

/** Returns unusual URLs on `host` that contain URL_SECRET as a signature, token or password. */
export function urlWithSecret(host: string): Arbitrary<string> {
  const path = anyTextOf([...PLAIN_PIECES, ...SPECIAL_PIECES, ...PATH_PIECES]);
  const query = anyTextOf([...PLAIN_PIECES, ...SPECIAL_PIECES, ...QUERY_PIECES]);
  const user = anyTextOf([
    ...PLAIN_PIECES.filter((piece) => piece !== '\u202E'),
    '"',
    "'",
    ' ',
    '@',
    '$&',
  ]);
  const secretText = tuple(query, query).map(([before, after]) => before + URL_SECRET + after);
  return oneof(
    tuple(path, secretText).map(
      ([pathText, queryText]) => `http://${host}/${pathText}?${queryText}`,
    ),
    tuple(path, secretText).map(([pathText, fragment]) => `http://${host}/${pathText}#${fragment}`),
    tuple(user, user, path).map(
      ([name, suffix, pathText]) => `http://${name}:${URL_SECRET}${suffix}@${host}/${pathText}`,
    ),
  );
}
