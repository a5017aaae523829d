"""Compresses images with Pillow alone, from memory. Started as `pillow-process.py CORPUS_FOLDER`.

Each line of the input is a task as JSON, as in `raw-sharp-process.ts`. Each line of the output is its result.
"""

import io
import json
import os
import sys
import time

from PIL import Image


def main() -> None:
    folder = sys.argv[1]
    corpus: dict[str, list[bytes]] = {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            corpus.setdefault(name.rpartition("-")[0], []).append(file.read())
    print("ready", flush=True)
    for line in sys.stdin:
        task = json.loads(line)
        images = corpus[task["kind"]]
        before = time.process_time()
        size = 0
        for i in range(task["firstIndex"], task["imageCount"], task["indexStep"]):
            output = io.BytesIO()
            with Image.open(io.BytesIO(images[i % len(images)])) as image:
                image.save(output, "JPEG", quality=task["options"]["quality"])
            size += output.tell()
        cpu_ms = (time.process_time() - before) * 1000
        print(json.dumps({"cpuMs": cpu_ms, "bytes": size}), flush=True)


main()
