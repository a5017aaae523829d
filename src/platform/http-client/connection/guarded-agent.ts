import { Agent as HttpAgent, type AgentOptions, type ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { LookupAddress } from 'node:dns';
import { connect, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { callbackify } from 'node:util';
import { connectToFirst } from './happy-eyeballs.js';
import { LenientConnection } from './lenient-connection.js';
import type { LenientHeadOptions } from './lenient-head.js';
import type { OutboundPolicy } from '../address/outbound-policy.js';
import { type HostLookup, resolvePermitted } from '../address/resolve-host.js';

type OnCreated = (error: Error | null, socket: Duplex) => void;

/** Options that an agent receives for a request. */
export interface Destination extends ClientRequestArgs {
  /** Aborts the attempts to connect. An agent creates the connection before it assigns the request to it. */
  connectSignal?: AbortSignal;
  keepAlive?: boolean;
  keepAliveInitialDelay?: number;
}

export interface AgentPair {
  httpAgent: HttpAgent;
  httpsAgent: HttpsAgent;
}

export interface OutboundAgents extends AgentPair {
  /** For servers whose response headers Node.js can't parse. Each connection serves one request. */
  lenient: AgentPair;
  /** Like `lenient`, but reads the body to the end of the connection regardless of Content-Length. */
  lengthIgnoring: AgentPair;
}

/**
 * Creates agents for http and https that check each address right before they connect to it. A name is
 * resolved once per connection, so it can't change between the check and the connection (DNS rebinding).
 */
export function createGuardedAgents(
  policy: OutboundPolicy,
  lookUp: HostLookup,
  options: AgentOptions,
): OutboundAgents {
  const createPair = (
    pairOptions: AgentOptions,
    lenientOptions?: LenientHeadOptions,
  ): AgentPair => {
    const guard = { policy, lookUp, lenientOptions };
    return {
      httpAgent: new GuardedHttpAgent(guard, pairOptions),
      httpsAgent: new GuardedHttpsAgent(guard, pairOptions),
    };
  };
  return {
    ...createPair(options),
    lenient: createPair({ keepAlive: false }, {}),
    lengthIgnoring: createPair({ keepAlive: false }, { ignoreLength: true }),
  };
}

interface Guard {
  policy: OutboundPolicy;
  lookUp: HostLookup;
  lenientOptions?: LenientHeadOptions;
}

class GuardedHttpAgent extends HttpAgent {
  constructor(
    private readonly guard: Guard,
    options: AgentOptions,
  ) {
    super(options);
  }

  override createConnection(destination: Destination, onCreated: OnCreated): undefined {
    const create = () =>
      createGuardedConnection(destination, this.guard, 80, (socket) =>
        destination.timeout ? socket.setTimeout(destination.timeout) : socket,
      );
    callbackify(create)(onCreated);
  }
}

class GuardedHttpsAgent extends HttpsAgent {
  constructor(
    private readonly guard: Guard,
    options: AgentOptions,
  ) {
    super(options);
  }

  override createConnection(destination: Destination, onCreated: OnCreated): undefined {
    const create = () =>
      createGuardedConnection(destination, this.guard, 443, (socket) => {
        // Because of `socket`, Node.js does not open a connection itself.
        const tlsOptions = { ...destination, socket };
        return super.createConnection(tlsOptions) as Duplex;
      });
    callbackify(create)(onCreated);
  }
}

/** @param prepareSocket sets the timeout, or adds TLS for an https URL */
async function createGuardedConnection(
  destination: Destination,
  guard: Guard,
  defaultPort: number,
  prepareSocket: (socket: Socket) => Duplex,
): Promise<Duplex> {
  const connection = prepareSocket(await connectGuardedSocket(destination, guard, defaultPort));
  const { lenientOptions } = guard;
  return lenientOptions
    ? new LenientConnection(connection, destination.host ?? '', lenientOptions)
    : connection;
}

async function connectGuardedSocket(
  destination: Destination,
  { policy, lookUp }: Guard,
  defaultPort: number,
): Promise<Socket> {
  const hostname = destination.host ?? '';
  const port = Number(destination.port);
  const host = port === defaultPort ? hostname : `${hostname}:${port}`;
  const family = isIP(hostname);
  const addresses = await resolvePermitted(hostname, port, policy, async () =>
    family ? [{ address: hostname, family }] : lookUp(hostname, host),
  );
  const { keepAlive, keepAliveInitialDelay, connectSignal } = destination;
  // The address is literal, because Node.js must not resolve the name again.
  const connectTo = ({ address, family: addressFamily }: LookupAddress) =>
    connect({
      host: address,
      family: addressFamily,
      port,
      noDelay: true,
      keepAlive,
      keepAliveInitialDelay,
    });
  return connectToFirst(addresses, connectTo, connectSignal);
}
