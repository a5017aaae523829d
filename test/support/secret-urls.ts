import { type Arbitrary, array, constantFrom, oneof, tuple } from 'fast-check';

/** Stands in the query, the fragment or the user information of each URL of `secretUrl`. */
export const URL_SECRET = 'S3cretOfThisUrl';

const PIECES = ['a', 'Z', '1', '.', '-', '&', '=', '%20', '%3F', '%23', '%zz', 'ü', '日', '\u202E'];
const ODD = [' ', '"', "'", '\\', '$&', '@', ':', '{', '`', '\t', '\n', '%'];
const BEFORE_QUERY = ['/', '//'];
const IN_QUERY = ['?', '#', '/'];

const textOf = (pieces: string[], maxLength = 6) =>
  array(constantFrom(...pieces), { maxLength }).map((parts) => parts.join(''));

/** Returns unusual URLs of `host` with URL_SECRET as the signature, token or password. */
export function secretUrl(host: string): Arbitrary<string> {
  const path = textOf([...PIECES, ...ODD, ...BEFORE_QUERY]);
  const query = textOf([...PIECES, ...ODD, ...IN_QUERY]);
  const user = textOf([...PIECES.filter((piece) => piece !== '\u202E'), '"', "'", ' ', '@', '$&']);
  const tail = tuple(query, query).map(([before, after]) => before + URL_SECRET + after);
  return oneof(
    tuple(path, tail).map(([at, rest]) => `http://${host}/${at}?${rest}`),
    tuple(path, tail).map(([at, rest]) => `http://${host}/${at}#${rest}`),
    tuple(user, user, path).map(
      ([name, after, at]) => `http://${name}:${URL_SECRET}${after}@${host}/${at}`,
    ),
  );
}
