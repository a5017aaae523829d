import { Agent as HttpAgent, type AgentOptions, type ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import { callbackify } from 'node:util';
import { AddressDeniedError } from './outbound-errors.js';
import type { OutboundPolicy } from './outbound-policy.js';
import { resolvePermitted, type Resolver } from './resolve-host.js';

type OnCreated = (error: Error | null, socket: Duplex) => void;
type Destination = ClientRequestArgs & { lookup?: LookupFunction };

/** An http and an https agent that check the address when they connect, and only then: no rebinding. */
export function guardedAgents(policy: OutboundPolicy, resolve: Resolver, options: AgentOptions) {
  return {
    httpAgent: new GuardedHttpAgent(policy, resolve, options),
    httpsAgent: new GuardedHttpsAgent(policy, resolve, options),
  };
}

class GuardedHttpAgent extends HttpAgent {
  constructor(
    private readonly policy: OutboundPolicy,
    private readonly resolve: Resolver,
    options: AgentOptions,
  ) {
    super(options);
  }

  override createConnection(destination: Destination, onCreated?: OnCreated) {
    return guarded(destination, this.policy, this.resolve, onCreated, (checked) =>
      super.createConnection(checked, onCreated),
    );
  }
}

class GuardedHttpsAgent extends HttpsAgent {
  constructor(
    private readonly policy: OutboundPolicy,
    private readonly resolve: Resolver,
    options: AgentOptions,
  ) {
    super(options);
  }

  override createConnection(destination: Destination, onCreated?: OnCreated) {
    return guarded(destination, this.policy, this.resolve, onCreated, (checked) =>
      super.createConnection(checked, onCreated),
    );
  }
}

/** A literal address is checked here, for Node looks up names only; a name by the injected `lookup`. */
function guarded(
  destination: Destination,
  policy: OutboundPolicy,
  resolve: Resolver,
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
  return connect({ ...destination, lookup: guardedLookup(port, policy, resolve) }) ?? undefined;
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
