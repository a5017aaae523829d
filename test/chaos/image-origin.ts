import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';
import sharp from 'sharp';
import { Random } from './random.js';

const SOURCES = 8;
/** Large enough for Google and Etsy. */
const LARGE = { width: 640, height: 500 };
const COMMENT = 0xfe;
const REDIRECT = 'redirect?to=';

/**
 * Serves a small JPEG with distinct bytes for every path. Every tenth one passes the audits. The first response to a path that contains
 * `held` is sent only after `release()`.
 */
export class ImageOrigin {
  private readonly calls = new Map<string, number>();
  /** Paths whose answer is held back. */
  readonly held: string[] = [];
  private readonly waiting: (() => void)[] = [];
  private readonly sockets = new Set<Socket>();
  /** Accepts connections and never answers. */
  isSilent = false;

  private constructor(
    private readonly server: Server,
    private readonly images: Buffer[],
    private readonly large: Buffer,
    /** Delay of each response, in milliseconds: processing lasts long enough for a fault. */
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

  static async start(seed: number, latencyMs: number): Promise<ImageOrigin> {
    const random = new Random(seed);
    const images = await Promise.all(Array.from({ length: SOURCES }, () => randomJpeg(random)));
    const large = await sharp({ create: { ...LARGE, channels: 3, background: '#b04020' } })
      .jpeg()
      .toBuffer();
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ImageOrigin(server, images, large, latencyMs);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Entry of `OUTBOUND_ALLOW` that permits it. */
  get allow(): string {
    return `127.0.0.1/32:${this.port}`;
  }

  /** Returns a URL of this origin that redirects to `url`. */
  redirectTo(url: string): string {
    return `${this.url}/${REDIRECT}${encodeURIComponent(url)}`;
  }

  /** Sends all answers that are held back. */
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
    const calls = (this.calls.get(path) ?? 0) + 1;
    this.calls.set(path, calls);
    if (this.isSilent) return;
    if (path.startsWith(`/${REDIRECT}`)) {
      const location = decodeURIComponent(path.slice(REDIRECT.length + 1));
      response.writeHead(302, { location }).end();
      return;
    }
    const send = () => {
      const isLarge = path.endsWith('0.jpg');
      const body = withComment(isLarge ? this.large : this.images[path.length % SOURCES], path);
      response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': body.length });
      response.end(body);
    };
    if (path.includes('held') && calls === 1) {
      this.held.push(path);
      this.waiting.push(send);
    } else setTimeout(send, this.latencyMs);
  }
}

async function randomJpeg(random: Random): Promise<Buffer> {
  const [width, height] = [random.between(24, 64), random.between(24, 64)];
  const pixels = Buffer.alloc(width * height * 3);
  for (let at = 0; at < pixels.length; at++) pixels[at] = random.between(0, 255);
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 95 })
    .toBuffer();
}

/** Adds a comment segment (ITU-T T.81, B.2.4.5): the same pixels in distinct bytes. */
function withComment(jpeg: Buffer, text: string): Buffer {
  const comment = Buffer.from(text, 'latin1');
  const segment = Buffer.alloc(4);
  segment.writeUInt16BE(0xff00 | COMMENT, 0);
  segment.writeUInt16BE(comment.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), segment, comment, jpeg.subarray(2)]);
}
