const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/i;

/** Returns true if only this computer can reach a server that listens on `host`. */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);
