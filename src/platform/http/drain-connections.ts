import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as TcpServer, type Socket } from 'node:net';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { hasBody } from './body-deadline.js';

/** Idle time before a connection is closed. The client may already be sending another call. */
const MIN_IDLE_MS = 1000;
const CHECK_INTERVAL_MS = 50;
/** Maximum duration of a quiet event-loop turn, which accepts no connection. */
const MAX_QUIET_TURN_MS = 1;
const MIN_QUIET_TURNS = 3;
/** Time after which the listener is closed even without quiet turns, which are rare under load. */
const MAX_QUIET_WAIT_MS = 1000;

interface Connection {
  /** Number of calls whose request or response is not complete. */
  callCount: number;
  /** Time at which the connection was opened or its last call ended (`performance.now()`). */
  idleSince: number;
  /** Number of bytes received until `idleSince`. Any further bytes belong to a new call. */
  bytesRead: number;
}

export interface DrainOptions {
  /** Time in milliseconds after which the connections of running calls are reset. */
  graceMs: number;
  /** Ends the grace period early. */
  endGrace?: AbortSignal;
}

/**
 * Closes an HTTP server without resetting a connection that carries a call (ADR 26). `server.close()` of
 * Node.js destroys idle keep-alive connections immediately, even if the next request has just been sent.
 */
export class ConnectionDrain {
  private readonly connections = new Map<Socket, Connection>();
  private readonly calls = new Map<ServerResponse, IncomingMessage>();
  private acceptedCount = 0;
  private isClosing = false;

  /** Create the instance before the server accepts its first connection. */
  constructor(private readonly server: Server) {
    server.on('connection', (socket) => this.trackConnection(socket));
    server.prependListener('request', (request, response) => this.trackCall(request, response));
  }

  /** Makes each response close its connection. Clients open their next connection to another instance. */
  announceClose(): void {
    if (this.isClosing) return;
    this.isClosing = true;
    for (const [response, request] of this.calls) closeAfterResponse(request, response);
  }

  /** Stops listening and resolves when the last connection is closed. */
  async drainConnections({ graceMs, endGrace }: DrainOptions): Promise<void> {
    this.announceClose();
    await this.stopListening();
    const graceSignal = AbortSignal.timeout(graceMs);
    while (this.connections.size > 0) {
      const isGraceOver = graceSignal.aborted || endGrace?.aborted === true;
      for (const [socket, connection] of this.connections) {
        // An ordinary close would look like a complete download in HTTP/1.0.
        if (isGraceOver && connection.callCount > 0) socket.resetAndDestroy();
        else if (isGraceOver || isIdle(socket, connection)) socket.destroy();
      }
      if (this.connections.size > 0) await sleep(CHECK_INTERVAL_MS);
      // Reads newly arrived requests before the next check of idle connections.
      await setImmediate();
    }
  }

  /**
   * Closes the listener after a few short event-loop turns without a new connection. Node.js accepts one
   * connection per turn, and the kernel resets connections that the app has not accepted.
   */
  private async stopListening(): Promise<void> {
    if (!this.server.listening) return;
    const deadline = performance.now() + MAX_QUIET_WAIT_MS;
    for (
      let quietTurnCount = 0;
      quietTurnCount < MIN_QUIET_TURNS && performance.now() < deadline;
    ) {
      const [acceptedCountBefore, turnStart] = [this.acceptedCount, performance.now()];
      await setImmediate();
      const isQuiet =
        this.acceptedCount === acceptedCountBefore &&
        performance.now() - turnStart < MAX_QUIET_TURN_MS;
      quietTurnCount = isQuiet ? quietTurnCount + 1 : 0;
    }
    // http.Server.close() would destroy the idle connections.
    TcpServer.prototype.close.call(this.server);
  }

  private trackConnection(socket: Socket): void {
    this.acceptedCount++;
    this.connections.set(socket, { callCount: 0, idleSince: performance.now(), bytesRead: 0 });
    socket.once('close', () => this.connections.delete(socket));
  }

  private trackCall(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const connection = this.connections.get(socket);
    if (!connection) return;
    connection.callCount++;
    this.calls.set(response, request);
    if (this.isClosing) closeAfterResponse(request, response);
    // A rejected upload gets its response before its body has arrived. The call ends when both the request
    // and the response have closed.
    let pendingCloseCount = 2;
    const endCall = () => {
      if (--pendingCloseCount > 0) return;
      this.calls.delete(response);
      connection.callCount--;
      connection.idleSince = performance.now();
      connection.bytesRead = socket.bytesRead;
    };
    request.once('close', endCall);
    response.once('close', endCall);
  }
}

const isIdle = (socket: Socket, { callCount, idleSince, bytesRead }: Connection): boolean =>
  callCount === 0 && socket.bytesRead === bytesRead && performance.now() - idleSince >= MIN_IDLE_MS;

/**
 * Closes the connection after this response if the request is complete. Closing it during a request would
 * reset the connection, and the client might never read the response.
 */
function closeAfterResponse(request: IncomingMessage, response: ServerResponse): void {
  if (response.headersSent) return;
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  response.writeHead = (...args: unknown[]) => {
    if (request.complete || !hasBody(request)) response.setHeader('Connection', 'close');
    return writeHead(...args);
  };
}
