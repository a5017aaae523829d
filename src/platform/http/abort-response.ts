import type { ServerResponse } from 'node:http';

/**
 * Resets the connection of a response that can't be completed. Every client and proxy reports a
 * reset as an error. An ordinary close ends the body correctly in HTTP/1.0, which has no other end
 * marker.
 */
export function abortResponse(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
  response.destroy();
}
