import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PressroomClient, Status } from './pressroom-client.js';

const REPOSITORY_ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Files that the demo writes to `data/demo`: both CSV files, and the images before and after compression. */
export class Results {
  private readonly directory = join(REPOSITORY_ROOT, 'data', 'demo');

  async writeInputs(catalog: string, originalImages: Map<string, Buffer>): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
    await this.writeFile('products.csv', catalog);
    for (const [path, bytes] of originalImages) await this.writeFile(`before${path}`, bytes);
  }

  /** Downloads the output CSV and all compressed images. */
  async writeOutputs(client: PressroomClient, status: Status): Promise<void> {
    await this.writeFile('products-compressed.csv', await client.downloadCsv(status.output_csv!));
    for (const image of status.products.flatMap(({ images }) => images)) {
      if (image.output_url === null) continue;
      const path = new URL(image.input_url).pathname;
      const suffix = extname(new URL(image.output_url).pathname);
      const name = path.slice(0, path.length - extname(path).length) + suffix;
      await this.writeFile(`after${name}`, await client.downloadImage(image.output_url));
    }
  }

  /** Returns a path relative to the current folder. */
  getPath(name: string): string {
    return relative(process.cwd(), join(this.directory, name));
  }

  private async writeFile(name: string, content: string | Buffer): Promise<void> {
    const path = join(this.directory, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}
