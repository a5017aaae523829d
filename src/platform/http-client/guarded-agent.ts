import { Agent as HttpAgent, type AgentOptions, type ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import { callbackify } from 'node:util';
import { LenientConnection } from './lenient-connection.js';
import type { LenientHeadOptions } from './lenient-head.js';
import { AddressDeniedError } from './outbound-errors.js';
import type { OutboundPolicy } from './outbound-policy.js';
import { resolvePermitted, type Resolver } from './resolve-host.js';

type OnCreated = (error: Error | null, socket: Duplex) => void;
type Destination = ClientRequestArgs & {
  lookup?: LookupFunction;
  autoSelectFamilyAttemptTimeout?: number;
};

/**
 * How long each address of a name but the last one gets to connect. RFC 8305 starts the next after
 * 250 ms and keeps the first; Node.js gives the first up, so that a far host would never connect.
 */
const ATTEMPT_TIMEOUT_MS = 2500;

export interface AgentPair {
  httpAgent: HttpAgent;
  httpsAgent: HttpsAgent;
}

export interface OutboundAgents extends AgentPair {
  /** For servers whose response headers Node.js can't parse. One request a connection. */
  lenient: AgentPair;
  /** The same, and the body is read to the end of the connection whatever its length should be. */
  lengthIgnoring: AgentPair;
}

/**
 * Agents for http and https that check the address when they connect, and only then: no rebinding.
 */
export function guardedAgents(
  policy: OutboundPolicy,
  resolve: Resolver,
  options: AgentOptions,
): OutboundAgents {
  const pair = (pairOptions: AgentOptions, lenientOptions?: LenientHeadOptions): AgentPair => {
    const wrap = lenientOptions
      ? (socket: Duplex, host: string) => new LenientConnection(socket, host, lenientOptions)
      : undefined;
    const guard = { policy, resolve, wrap };
    return {
      httpAgent: new GuardedHttpAgent(guard, pairOptions),
      httpsAgent: new GuardedHttpsAgent(guard, pairOptions),
    };
  };
  return {
    ...pair(options),
    lenient: pair({ keepAlive: false }, {}),
    lengthIgnoring: pair({ keepAlive: false }, { ignoreLength: true }),
  };
}

interface Guard {
  policy: OutboundPolicy;
  resolve: Resolver;
  wrap?: (socket: Duplex, host: string) => Duplex;
}

class GuardedHttpAgent extends HttpAgent {
  constructor(
    private readonly guard: Guard,
    options: AgentOptions,
  ) {
    super(options);
  }

  override createConnection(destination: Destination, onCreated?: OnCreated) {
    return connectGuarded(destination, this.guard, onCreated, (checked) =>
      super.createConnection(checked, onCreated),
    );
  }
}

class GuardedHttpsAgent extends HttpsAgent {
  constructor(
    private readonly guard: Guard,
    options: AgentOptions,
  ) {
    super(options);
  }

  override createConnection(destination: Destination, onCreated?: OnCreated) {
    return connectGuarded(destination, this.guard, onCreated, (checked) =>
      super.createConnection(checked, onCreated),
    );
  }
}

/** A literal address is checked here, for Node looks up names only; a name by the injected `lookup`. */
function connectGuarded(
  destination: Destination,
  { policy, resolve, wrap }: Guard,
  onCreated: OnCreated | undefined,
  connect: (checked: Destination) => Duplex | null | undefined,
): Duplex | undefined {
  const host = destination.host ?? '';
  const port = Number(destination.port);
  if (isIP(host) && !policy.permits(host, port)) {
    // Node takes the error through the callback only when nothing is returned.
    process.nextTick(() => onCreated?.(new AddressDeniedError(host, host), undefined as never));
    return undefined;
  }
  const socket = connect({
    ...destination,
    autoSelectFamilyAttemptTimeout: ATTEMPT_TIMEOUT_MS,
    lookup: guardedLookup(port, policy, resolve),
  });
  return socket && wrap ? wrap(socket, host) : (socket ?? undefined);
}

function guardedLookup(port: number, policy: OutboundPolicy, resolve: Resolver): LookupFunction {
  return (hostname, options, callback) => {
    callbackify(() => resolvePermitted(hostname, port, policy, resolve))((error, addresses) => {
      if (error) callback(error, []);
      else if (options.all) callback(null, addresses);
      else callback(null, addresses[0].address, addresses[0].family);
    });
  };
}
