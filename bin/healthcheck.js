/** Exits with 0 if the app on this machine responds to `GET /health/live`. Used by container health checks. */
const { PORT = '3000', HOST = '0.0.0.0' } = process.env;
const address = ['0.0.0.0', '::', ''].includes(HOST) ? '127.0.0.1' : HOST;
const host = address.includes(':') ? `[${address}]` : address;

try {
  const { ok, status } = await fetch(`http://${host}:${PORT}/health/live`);
  if (!ok) throw new Error(`GET /health/live returned ${status}`);
} catch (error) {
  process.stderr.write(`${error.cause?.message ?? error.message}\n`);
  process.exitCode = 1;
}
