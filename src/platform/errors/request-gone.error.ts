/** The rows of a request were removed before they could be read. */
export class RequestGoneError extends Error {
  override name = 'RequestGoneError';

  constructor(readonly requestId: string) {
    super(`The request ${requestId} was removed.`);
  }
}
