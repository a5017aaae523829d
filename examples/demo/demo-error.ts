/** Told to a person in its own words, without a stack. */
export class DemoError extends Error {
  override name = 'DemoError';
}
