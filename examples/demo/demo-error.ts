/** Printed without a stack. */
export class DemoError extends Error {
  override name = 'DemoError';
}
