import { Client } from 'pg';

/** Timeout of one host. The next host is tried after it. */
const HOST_TIMEOUT_MS = 2000;
/** SQLSTATE cannot_connect_now: callers treat it as an unavailable database. */
const NO_WRITABLE_HOST = '57P03';

interface Host {
  host: string;
  port: number;
}

/** Finds the host that accepts writes, like `target_session_attrs=read-write` of libpq. */
class WritableHost {
  /** Last writable host. The search begins there, so a dead host does not delay every connection. */
  private latest = 0;

  constructor(private readonly urls: readonly string[]) {}

  /** @throws the error of the last host, or one with code 57P03 when all hosts are read-only */
  async find(): Promise<Host> {
    let failure: unknown = Object.assign(new Error('No host of DATABASE_URL accepts writes'), {
      code: NO_WRITABLE_HOST,
    });
    for (let n = 0; n < this.urls.length; n++) {
      const index = (this.latest + n) % this.urls.length;
      try {
        const found = await probeHost(this.urls[index]);
        if (!found) continue;
        this.latest = index;
        return found;
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }
}

/** Returns undefined for a host that accepts no writes. */
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
    // Not awaited: an unreachable host would not answer.
    client.end().catch(() => undefined);
  }
}

type Callback = ((error: Error) => void) | ((error: null, client: Client) => void);

/** Passes the result to a callback, as the pool of pg requires. */
async function report(connected: Promise<Client>, callback: Callback): Promise<void> {
  const call = callback as (error: Error | null, client?: Client) => void;
  let client: Client;
  try {
    client = await connected;
  } catch (error) {
    return call(error as Error);
  }
  call(null, client);
}

/** Returns a class of clients that connect to the writable host at that moment. */
export function createWritableHostClient(urls: readonly string[]): typeof Client {
  const hosts = new WritableHost(urls);
  return class extends Client {
    override connect(): Promise<Client>;
    override connect(callback: Callback): void;
    override connect(callback?: Callback): Promise<Client> | undefined {
      const connected = this.connectToWritable();
      if (!callback) return connected;
      void report(connected, callback);
      return undefined;
    }

    private async connectToWritable(): Promise<Client> {
      Object.assign(this, await hosts.find());
      return super.connect();
    }
  };
}
