const RealDate = globalThis.Date;

/** Runs `work` with the clock of this process ahead by some hours. Timers are not affected. */
export async function withShiftedClock<T>(hours: number, work: () => Promise<T>): Promise<T> {
  const now = () => RealDate.now() + hours * 3_600_000;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given) =>
      given.length === 0 ? new target(now()) : Reflect.construct(target, given),
    get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
  });
  try {
    return await work();
  } finally {
    globalThis.Date = RealDate;
  }
}
