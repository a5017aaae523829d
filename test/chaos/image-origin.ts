import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';
import sharp from 'sharp';
import { Random } from './random.js';

const IMAGE_COUNT = 8;
/** Large enough to pass the Google and Etsy audits. */
const LARGE_SIZE = { width: 640, height: 500 };
const COMMENT_MARKER = 0xfe;
const REDIRECT_PATH = 'redirect?to=';

/**
 * Serves a small JPEG with distinct bytes for every path. Every tenth image passes the audits. The first response
 * to a path that contains `held` is sent only after `releaseResponses()` is called.
 */
export class ImageOrigin {
  private readonly callCounts = new Map<string, number>();
  /** Paths of the held responses. */
  readonly heldPaths: string[] = [];
  private readonly heldResponses: (() => void)[] = [];
  private readonly sockets = new Set<Socket>();
  /** True if the origin accepts connections and never responds. */
  isSilent = false;

  private constructor(
    private readonly server: Server,
    private readonly images: Buffer[],
    private readonly largeImage: Buffer,
    /** Delay of each response, so processing takes long enough for a fault. */
    private readonly latencyMs: number,
  ) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) =>
      this.respond(request.url ?? '/', response),
    );
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  static async start(seed: number, latencyMs: number): Promise<ImageOrigin> {
    const random = new Random(seed);
    const images = await Promise.all(
      Array.from({ length: IMAGE_COUNT }, () => createRandomJpeg(random)),
    );
    const large = await sharp({ create: { ...LARGE_SIZE, channels: 3, background: '#b04020' } })
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

  /** Entry of `OUTBOUND_ALLOW` for this origin. */
  get allow(): string {
    return `127.0.0.1/32:${this.port}`;
  }

  /** Returns a URL of this origin that redirects to `url`. */
  redirectTo(url: string): string {
    return `${this.url}/${REDIRECT_PATH}${encodeURIComponent(url)}`;
  }

  /** Sends all held responses. */
  releaseResponses(): void {
    this.heldPaths.length = 0;
    for (const send of this.heldResponses.splice(0)) send();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  private respond(path: string, response: ServerResponse): void {
    const callCount = (this.callCounts.get(path) ?? 0) + 1;
    this.callCounts.set(path, callCount);
    if (this.isSilent) return;
    if (path.startsWith(`/${REDIRECT_PATH}`)) {
      const location = decodeURIComponent(path.slice(REDIRECT_PATH.length + 1));
      response.writeHead(302, { location }).end();
      return;
    }
    const send = () => {
      const isLarge = path.endsWith('0.jpg');
      const body = addComment(
        isLarge ? this.largeImage : this.images[path.length % IMAGE_COUNT],
        path,
      );
      response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': body.length });
      response.end(body);
    };
    if (path.includes('held') && callCount === 1) {
      this.heldPaths.push(path);
      this.heldResponses.push(send);
    } else setTimeout(send, this.latencyMs);
  }
}

async function createRandomJpeg(random: Random): Promise<Buffer> {
  const [width, height] = [random.between(24, 64), random.between(24, 64)];
  const pixels = Buffer.alloc(width * height * 3);
  for (let offset = 0; offset < pixels.length; offset++) pixels[offset] = random.between(0, 255);
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 95 })
    .toBuffer();
}

/** Adds a comment segment (ITU-T T.81, B.2.4.5), which makes the bytes distinct and keeps the pixels. */
function addComment(jpeg: Buffer, text: string): Buffer {
  const comment = Buffer.from(text, 'latin1');
  const segment = Buffer.alloc(4);
  segment.writeUInt16BE(0xff00 | COMMENT_MARKER, 0);
  segment.writeUInt16BE(comment.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), segment, comment, jpeg.subarray(2)]);
}
