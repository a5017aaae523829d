import type { LookupAddress } from 'node:dns';
import type { Socket } from 'node:net';

/** RFC 8305, section 8: the recommended Connection Attempt Delay. */
const ATTEMPT_DELAY_MS = 250;
/** Some names have hundreds of addresses. */
const MAX_ATTEMPTS = 16;
/** Failures of the local network, which are not caused by the host. */
const NO_ROUTE = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/** Starts a connection to one address. */
export type ConnectTo = (address: LookupAddress) => Socket;

/**
 * Connects to the first of several addresses that accepts (Happy Eyeballs, RFC 8305). Attempts start 250
 * ms apart, or right after a failure, and run in parallel until one succeeds. The built-in algorithm of
 * Node.js aborts each attempt before the next one, so it never reaches a distant host.
 * @throws the most informative error of the attempts, or the reason of `signal`
 */
export function connectToFirst(
  addresses: readonly LookupAddress[],
  connectTo: ConnectTo,
  signal?: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const waiting = interleaveFamilies(addresses).slice(0, MAX_ATTEMPTS);
    const open = new Set<Socket>();
    const errors: Error[] = [];
    let timer: NodeJS.Timeout | undefined;
    const stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      waiting.length = 0;
      for (const socket of open) socket.destroy();
    };
    const onAbort = () => {
      stop();
      reject(signal?.reason as Error);
    };
    const startNext = () => {
      clearTimeout(timer);
      const address = waiting.shift();
      if (!address) return;
      const socket = connectTo(address);
      open.add(socket);
      const onError = (error: Error) => {
        open.delete(socket);
        errors.push(error);
        if (waiting.length > 0) startNext();
        else if (open.size === 0) {
          stop();
          reject(pickMostInformativeError(errors));
        }
      };
      socket.once('error', onError);
      socket.once('connect', () => {
        socket.off('error', onError);
        open.delete(socket);
        stop();
        resolve(socket);
      });
      if (waiting.length > 0) timer = setTimeout(startNext, ATTEMPT_DELAY_MS);
    };
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    startNext();
  });
}

/** Alternates the address families, starting with that of the first address (RFC 8305, section 4). */
export function interleaveFamilies(addresses: readonly LookupAddress[]): LookupAddress[] {
  const first = addresses.filter(({ family }) => family === addresses[0].family);
  const second = addresses.filter(({ family }) => family !== addresses[0].family);
  const longest = Math.max(first.length, second.length);
  return Array.from({ length: longest }, (_, at) => [first[at], second[at]])
    .flat()
    .filter((address) => address !== undefined);
}

function pickMostInformativeError(errors: readonly Error[]): Error {
  const aboutHost = errors.find(({ code }: NodeJS.ErrnoException) => !NO_ROUTE.has(code ?? ''));
  return aboutHost ?? errors[0];
}
