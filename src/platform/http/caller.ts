import type { Request } from 'express';

/** Who makes an HTTP call. */
export interface Caller {
  /** Name of the API key; empty where no keys are configured. What is made belongs to it. */
  name: string;
  /** Nothing is hidden from this caller: there are no keys, so there are no owners to tell apart. */
  seesAll: boolean;
}

const callers = new WeakMap<Request, Caller>();

export const setCaller = (request: Request, caller: Caller): void => {
  callers.set(request, caller);
};

/** Nobody for a public path that was called without a key. */
export const callerOf = (request: Request): Caller | undefined => callers.get(request);

/** To whom what this call makes belongs: name of an API key; empty where there are no keys. */
export const ownerOf = (request: Request): string => admitted(request).name;

/** The only requests that this call may see: those of this owner; undefined: all. */
export function ownerSeenBy(request: Request): string | undefined {
  const { name, seesAll } = admitted(request);
  return seesAll ? undefined : name;
}

function admitted(request: Request): Caller {
  const caller = callerOf(request);
  if (!caller)
    throw new TypeError('Nobody was admitted to this path: src/platform/auth comes first');
  return caller;
}
