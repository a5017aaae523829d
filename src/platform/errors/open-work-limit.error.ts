/** The unfinished work of an owner would exceed the limit. Nothing was stored. */
export class OpenWorkLimitError extends Error {
  override name = 'OpenWorkLimitError';

  /**
   * @param work kind of work that exceeds the limit
   * @param limit maximum amount of unfinished work per owner
   */
  constructor(
    readonly work: 'requests' | 'images',
    readonly limit: number,
  ) {
    super(`The owner would have more than ${limit} unfinished ${work}.`);
  }
}
