# syntax=docker/dockerfile:1
# One image for API, worker, migration and demo; which of them it is, the command says (`./ringback` lists them).

FROM node:24-slim AS dependencies
WORKDIR /ringback
RUN npm install --global --no-audit --no-fund pnpm@12.21.0
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY patches patches
COPY packages/core/package.json packages/core/
COPY packages/db/package.json packages/db/
COPY packages/client/package.json packages/client/
COPY packages/telemetry/package.json packages/telemetry/
COPY apps/api/package.json apps/api/
COPY apps/worker/package.json apps/worker/
COPY apps/cli/package.json apps/cli/
COPY apps/demo/package.json apps/demo/
# Manifests alone, so that a change of the code leaves this layer as it is.
RUN --mount=type=cache,id=pnpm,target=/pnpm/store \
    pnpm install --frozen-lockfile --prod --store-dir /pnpm/store --config.package-import-method=copy \
      --filter @ringback/api... --filter @ringback/worker... --filter @ringback/cli... --filter @ringback/demo...

# What the API sends to browsers is made of more than an installation has.
FROM node:24-slim AS console
WORKDIR /ringback
RUN npm install --global --no-audit --no-fund pnpm@12.21.0
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY patches patches
COPY packages/client/package.json packages/client/
COPY apps/console/package.json apps/console/
RUN --mount=type=cache,id=pnpm,target=/pnpm/store \
    pnpm install --frozen-lockfile --store-dir /pnpm/store --config.package-import-method=copy \
      --filter @ringback/console
COPY tsconfig.base.json ./
COPY scripts scripts
COPY packages/client packages/client
COPY apps/console apps/console
RUN node scripts/build-console.mjs

FROM node:24-slim
ENV NODE_ENV=production
# Nothing is fetched or installed any more: commands run with what is here.
ENV RINGBACK_INSTALLED=1
WORKDIR /ringback
COPY --from=dependencies /ringback ./
COPY ringback ./
COPY scripts scripts
COPY packages/core packages/core
COPY packages/db packages/db
COPY packages/client packages/client
COPY packages/telemetry packages/telemetry
COPY apps/api apps/api
COPY apps/worker apps/worker
COPY apps/cli apps/cli
COPY apps/demo apps/demo
COPY --from=console /ringback/apps/console/dist apps/console/dist
USER node
EXPOSE 3000
CMD ["./ringback", "api"]
