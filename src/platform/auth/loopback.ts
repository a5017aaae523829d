const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/i;

/** Returns whether only this computer reaches a server that listens on `host`. */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);
