# syntax=docker/dockerfile:1

FROM node:24-trixie-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM node:24-trixie-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc bin/prune-image.js ./
# The embedded PostgreSQL is only for running without Docker. Here, DATABASE_URL selects a server.
RUN npm ci --omit=dev --ignore-scripts \
  && npm sbom --package-lock-only --omit=dev --sbom-format=spdx > sbom.spdx.json \
  && node prune-image.js node_modules

# Uses Debian instead of the Node.js image, which also contains npm, yarn and headers.
FROM debian:trixie-slim
# jemalloc returns the memory of image buffers to the system, but glibc retains it.
# https://sharp.pixelplumbing.com/install/#linux-memory-allocator
# tini is process 1. It forwards signals and reaps decoder processes.
RUN apt-get update \
  && apt-get install -y --no-install-recommends libatomic1 libjemalloc2 libstdc++6 tini \
  && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=dependencies /app/sbom.spdx.json ./
COPY --from=build /app/dist ./dist
COPY bin ./bin
COPY package.json LICENSE ./
# OpenShift runs the image as any UID in group 0. The user 1000 is in group 0 as well.
RUN install -d -o 1000 -g 0 -m 2770 /data
# Without a path, the linker finds the library on every architecture.
ENV LD_PRELOAD=libjemalloc.so.2 \
  NODE_ENV=production \
  HOST=0.0.0.0 \
  PORT=3000 \
  DATA_DIR=/data \
  HOME=/data
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Pressroom" \
  org.opencontainers.image.description="Compresses the images of a product catalog" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.base.name="docker.io/library/debian:trixie-slim" \
  io.pressroom.sbom="/app/sbom.spdx.json"
USER 1000:0
# With a read-only root file system, only /data and /tmp must be writable.
VOLUME /data
EXPOSE 3000
# Checks liveness instead of readiness, because restarting the app does not repair a database.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["node", "bin/healthcheck.js"]
# For small images, a larger young generation halves the garbage collection time.
ENTRYPOINT ["/usr/bin/tini", "--", "node", "--max-semi-space-size=64"]
# Does not use `npm start`, because the app itself must receive signals.
CMD ["dist/main.js"]
