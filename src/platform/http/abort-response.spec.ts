import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { abortResponse } from './abort-response.js';

/** Exit code of curl if the peer resets the connection during the body. */
const CURL_RECV_ERROR = 56;

let server: Server;
afterEach(() => void server.close());

describe('abortResponse()', () => {
  // Uses curl, because libuv can report a reset as the end of the stream.
  it.each(['1.0', '1.1'])(
    'abortResponse() makes the download of an HTTP/%s client fail',
    async (version) => {
      server = createServer((_request, response) => {
        response.write('half of the body', () => abortResponse(response));
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const url = `http://127.0.0.1:${port}/`;
      const curl = spawn('curl', ['-s', '-o', '/dev/null', `--http${version}`, url]);
      await expect(once(curl, 'close')).resolves.toEqual([CURL_RECV_ERROR, null]);
    },
  );
});
