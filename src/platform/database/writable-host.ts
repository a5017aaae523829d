import { Client } from 'pg';

/** Time limit for connecting to one host. After that, Pressroom tries the next host. */
const HOST_TIMEOUT_MS = 2000;
/** SQLSTATE cannot_connect_now. Callers treat it as an unavailable database. */
const NO_WRITABLE_HOST = '57P03';

interface Host {
  host: string;
  port: number;
}

/** Finds a host that accepts writes, like `target_session_attrs=read-write` in libpq. */
class WritableHostFinder {
  /** Index of the last writable host. The search starts there, so a dead host does not delay every connection. */
  private latestIndex = 0;

  constructor(private readonly urls: readonly string[]) {}

  /** @throws the error of the last host, or an error with code 57P03 if all hosts are read-only */
  async findHost(): Promise<Host> {
    let lastError: unknown = Object.assign(new Error('No host in DATABASE_URL accepts writes'), {
      code: NO_WRITABLE_HOST,
    });
    for (let attempt = 0; attempt < this.urls.length; attempt++) {
      const index = (this.latestIndex + attempt) % this.urls.length;
      try {
        const host = await probeHost(this.urls[index]);
        if (!host) continue;
        this.latestIndex = index;
        return host;
      } catch (error) {
        lastError = error;
      }
    }
    throw lastError;
  }
}

/** Returns the host if it accepts writes, or undefined if it is read-only. */
async function probeHost(connectionString: string): Promise<Host | undefined> {
  const client = new Client({ connectionString, connectionTimeoutMillis: HOST_TIMEOUT_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ read_only: boolean }>(
      `SELECT current_setting('transaction_read_only') = 'on' AS read_only`,
    );
    return rows[0].read_only ? undefined : { host: client.host, port: client.port };
  } finally {
    // Not awaited, because an unreachable host would not respond.
    client.end().catch(() => undefined);
  }
}

type Callback = ((error: Error) => void) | ((error: null, client: Client) => void);

/** Passes the result of a promise to a callback, because the pg pool uses callbacks. */
async function invokeCallback(connection: Promise<Client>, callback: Callback): Promise<void> {
  const untypedCallback = callback as (error: Error | null, client?: Client) => void;
  let client: Client;
  try {
    client = await connection;
  } catch (error) {
    return untypedCallback(error as Error);
  }
  untypedCallback(null, client);
}

/** Returns a `Client` class that connects to the host that currently accepts writes. */
export function createWritableHostClient(urls: readonly string[]): typeof Client {
  const hostFinder = new WritableHostFinder(urls);
  return class extends Client {
    override connect(): Promise<Client>;
    override connect(callback: Callback): void;
    override connect(callback?: Callback): Promise<Client> | undefined {
      const connection = this.connectToWritableHost();
      if (!callback) return connection;
      void invokeCallback(connection, callback);
      return undefined;
    }

    private async connectToWritableHost(): Promise<Client> {
      Object.assign(this, await hostFinder.findHost());
      return super.connect();
    }
  };
}
