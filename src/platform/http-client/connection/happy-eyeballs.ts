import type { LookupAddress } from 'node:dns';
import type { Socket } from 'node:net';

/** RFC 8305, section 8: the recommended Connection Attempt Delay. */
const ATTEMPT_DELAY_MS = 250;
/** Some names have hundreds of addresses. */
const MAX_ATTEMPTS = 16;
/** Error codes for problems in the local network, which the host did not cause. */
const NO_ROUTE_CODES = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT']);

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
    const remainingAddresses = interleaveFamilies(addresses).slice(0, MAX_ATTEMPTS);
    const connectingSockets = new Set<Socket>();
    const errors: Error[] = [];
    let timer: NodeJS.Timeout | undefined;
    const stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      remainingAddresses.length = 0;
      for (const socket of connectingSockets) socket.destroy();
    };
    const onAbort = () => {
      stop();
      reject(signal?.reason as Error);
    };
    const startNextAttempt = () => {
      clearTimeout(timer);
      const address = remainingAddresses.shift();
      if (!address) return;
      const socket = connectTo(address);
      connectingSockets.add(socket);
      const onError = (error: Error) => {
        connectingSockets.delete(socket);
        errors.push(error);
        if (remainingAddresses.length > 0) startNextAttempt();
        else if (connectingSockets.size === 0) {
          stop();
          reject(pickMostInformativeError(errors));
        }
      };
      socket.once('error', onError);
      socket.once('connect', () => {
        socket.off('error', onError);
        connectingSockets.delete(socket);
        stop();
        resolve(socket);
      });
      if (remainingAddresses.length > 0) timer = setTimeout(startNextAttempt, ATTEMPT_DELAY_MS);
    };
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    startNextAttempt();
  });
}

/** Alternates the address families, starting with the family of the first address (RFC 8305, section 4). */
export function interleaveFamilies(addresses: readonly LookupAddress[]): LookupAddress[] {
  const firstFamily = addresses.filter(({ family }) => family === addresses[0].family);
  const otherFamily = addresses.filter(({ family }) => family !== addresses[0].family);
  const maxLength = Math.max(firstFamily.length, otherFamily.length);
  return Array.from({ length: maxLength }, (_, index) => [firstFamily[index], otherFamily[index]])
    .flat()
    .filter((address) => address !== undefined);
}

function pickMostInformativeError(errors: readonly Error[]): Error {
  const hostError = errors.find(
    ({ code }: NodeJS.ErrnoException) => !NO_ROUTE_CODES.has(code ?? ''),
  );
  return hostError ?? errors[0];
}
