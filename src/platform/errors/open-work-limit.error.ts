/** An owner would have more open work than it may. Nothing was stored. */
export class OpenWorkLimitError extends Error {
  override name = 'OpenWorkLimitError';

  /**
   * @param work what there would be too much of
   * @param limit most that one owner may have open
   */
  constructor(
    readonly work: 'requests' | 'images',
    readonly limit: number,
  ) {
    super(`more than ${limit} open ${work}`);
  }
}
