/** The open work of an owner would exceed its limit. Nothing was stored. */
export class OpenWorkLimitError extends Error {
  override name = 'OpenWorkLimitError';

  /**
   * @param work kind of work that exceeds the limit
   * @param limit maximum that one owner may have open
   */
  constructor(
    readonly work: 'requests' | 'images',
    readonly limit: number,
  ) {
    super(`more than ${limit} open ${work}`);
  }
}
