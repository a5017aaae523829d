const RealDate = globalThis.Date;

/** Runs `work` with this process's clock set `hours` hours ahead. Timers are not affected. */
export async function withShiftedClock<T>(hours: number, work: () => Promise<T>): Promise<T> {
  const now = () => RealDate.now() + hours * 3_600_000;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args) =>
      args.length === 0 ? new target(now()) : Reflect.construct(target, args),
    get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
  });
  try {
    return await work();
  } finally {
    globalThis.Date = RealDate;
  }
}
