import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as TcpServer, type Socket } from 'node:net';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { hasBody } from './body-deadline.js';

/** Idle time before a connection is closed. Its client may be sending a call. */
const IDLE_MS = 1000;
const CHECK_MS = 50;
/** An event-loop turn is quiet when it is as short as this and accepts no connection. */
const QUIET_TURN_MS = 1;
const QUIET_TURNS = 3;
/** Time after which the listener is closed without quiet turns, which are rare under load. */
const MAX_QUIET_WAIT_MS = 1000;

interface Connection {
  /** Calls whose request or response is not complete. */
  calls: number;
  /** `performance.now()` when it was opened, or when its last call ended. */
  idleSince: number;
  /** Bytes received at that time. Further bytes are the beginning of a call. */
  bytesRead: number;
}

export interface DrainOptions {
  /** Time in milliseconds after which the connections of running calls are reset. */
  graceMs: number;
  /** Ends the grace period early. */
  endGrace?: AbortSignal;
}

/**
 * Closes an HTTP server without resetting a connection that carries a call (ADR 26). Node's
 * `server.close()` destroys idle keep-alive connections immediately, even if the next request has
 * just been sent.
 */
export class ConnectionDrain {
  private readonly connections = new Map<Socket, Connection>();
  private readonly calls = new Map<ServerResponse, IncomingMessage>();
  private accepted = 0;
  private isClosing = false;

  /** Create it before the server accepts its first connection. */
  constructor(private readonly server: Server) {
    server.on('connection', (socket) => this.trackConnection(socket));
    server.prependListener('request', (request, response) => this.trackCall(request, response));
  }

  /** Makes each response close its connection. Clients open their next one elsewhere. */
  announceClose(): void {
    if (this.isClosing) return;
    this.isClosing = true;
    for (const [response, request] of this.calls) closeAfterResponse(request, response);
  }

  /** Stops listening and resolves when the last connection is closed. */
  async drainConnections({ graceMs, endGrace }: DrainOptions): Promise<void> {
    this.announceClose();
    await this.stopListening();
    const grace = AbortSignal.timeout(graceMs);
    while (this.connections.size > 0) {
      const isOver = grace.aborted || endGrace?.aborted === true;
      for (const [socket, connection] of this.connections) {
        // An ordinary close would end a cut HTTP/1.0 download correctly.
        if (isOver && connection.calls > 0) socket.resetAndDestroy();
        else if (isOver || isIdle(socket, connection)) socket.destroy();
      }
      if (this.connections.size > 0) await sleep(CHECK_MS);
      // Reads requests that have arrived before the next check of idle connections.
      await setImmediate();
    }
  }

  /**
   * Closes the listener after some short event-loop turns without a new connection. Node accepts one
   * connection in each turn, and the kernel resets those that the app has not accepted.
   */
  private async stopListening(): Promise<void> {
    if (!this.server.listening) return;
    const deadline = performance.now() + MAX_QUIET_WAIT_MS;
    for (let quiet = 0; quiet < QUIET_TURNS && performance.now() < deadline;) {
      const [accepted, began] = [this.accepted, performance.now()];
      await setImmediate();
      const isQuiet = this.accepted === accepted && performance.now() - began < QUIET_TURN_MS;
      quiet = isQuiet ? quiet + 1 : 0;
    }
    // http.Server.close() would destroy the idle connections.
    TcpServer.prototype.close.call(this.server);
  }

  private trackConnection(socket: Socket): void {
    this.accepted++;
    this.connections.set(socket, { calls: 0, idleSince: performance.now(), bytesRead: 0 });
    socket.once('close', () => this.connections.delete(socket));
  }

  private trackCall(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const connection = this.connections.get(socket);
    if (!connection) return;
    connection.calls++;
    this.calls.set(response, request);
    if (this.isClosing) closeAfterResponse(request, response);
    // A rejected upload gets its response before its body has arrived. The call ends with the later
    // of both.
    let open = 2;
    const endCall = () => {
      if (--open > 0) return;
      this.calls.delete(response);
      connection.calls--;
      connection.idleSince = performance.now();
      connection.bytesRead = socket.bytesRead;
    };
    request.once('close', endCall);
    response.once('close', endCall);
  }
}

const isIdle = (socket: Socket, { calls, idleSince, bytesRead }: Connection): boolean =>
  calls === 0 && socket.bytesRead === bytesRead && performance.now() - idleSince >= IDLE_MS;

/**
 * Closes the connection after this response, unless the request is incomplete. Closing would then reset
 * the connection, and the client might never read the response.
 */
function closeAfterResponse(request: IncomingMessage, response: ServerResponse): void {
  if (response.headersSent) return;
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  response.writeHead = (...args: unknown[]) => {
    if (request.complete || !hasBody(request)) response.setHeader('Connection', 'close');
    return writeHead(...args);
  };
}
