import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';
import sharp from 'sharp';
import { Random } from './random.js';

const SOURCES = 8;
const COMMENT = 0xfe;
const ELSEWHERE = 'elsewhere?to=';

/**
 * Serves a small JPEG of its own content for every path, and counts what was asked for. A path that
 * holds `held` gets its answer only when `release` is called.
 */
export class PictureOrigin {
  /** How often each path was asked for. */
  readonly asked = new Map<string, number>();
  /** Paths whose answer is being held back. */
  readonly held: string[] = [];
  private readonly waiting: (() => void)[] = [];
  private readonly sockets = new Set<Socket>();
  /** Takes connections and never answers. */
  dead = false;

  private constructor(
    private readonly server: Server,
    private readonly pictures: Buffer[],
    /** Of each answer, in milliseconds: work lasts long enough to be disturbed. */
    private readonly latencyMs: number,
  ) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) =>
      this.answer(request.url ?? '/', response),
    );
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  static async start(seed: number, latencyMs: number): Promise<PictureOrigin> {
    const random = new Random(seed);
    const pictures = await Promise.all(Array.from({ length: SOURCES }, () => draw(random)));
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new PictureOrigin(server, pictures, latencyMs);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The entry of `OUTBOUND_ALLOW` that opens it. */
  get allow(): string {
    return `127.0.0.1/32:${this.port}`;
  }

  /** A URL of this shop that leads elsewhere. */
  redirectTo(url: string): string {
    return `${this.url}/${ELSEWHERE}${encodeURIComponent(url)}`;
  }

  release(): void {
    this.held.length = 0;
    for (const go of this.waiting.splice(0)) go();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  private answer(path: string, response: ServerResponse): void {
    this.asked.set(path, (this.asked.get(path) ?? 0) + 1);
    if (this.dead) return;
    if (path.startsWith(`/${ELSEWHERE}`)) {
      const location = decodeURIComponent(path.slice(ELSEWHERE.length + 1));
      response.writeHead(302, { location }).end();
      return;
    }
    const send = () => {
      const body = ofItsOwn(this.pictures[path.length % SOURCES], path);
      response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': body.length });
      response.end(body);
    };
    if (path.includes('held') && this.asked.get(path) === 1) {
      this.held.push(path);
      this.waiting.push(send);
    } else setTimeout(send, this.latencyMs);
  }
}

async function draw(random: Random): Promise<Buffer> {
  const [width, height] = [random.between(24, 64), random.between(24, 64)];
  const pixels = Buffer.alloc(width * height * 3);
  for (let at = 0; at < pixels.length; at++) pixels[at] = random.between(0, 255);
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 95 })
    .toBuffer();
}

/** A comment segment (ITU-T T.81, B.2.4.5) makes other bytes of the same picture. */
function ofItsOwn(jpeg: Buffer, text: string): Buffer {
  const comment = Buffer.from(text, 'latin1');
  const segment = Buffer.alloc(4);
  segment.writeUInt16BE(0xff00 | COMMENT, 0);
  segment.writeUInt16BE(comment.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), segment, comment, jpeg.subarray(2)]);
}
