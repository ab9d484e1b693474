import { randomUUID } from 'node:crypto';
import { OssServer } from '../../loopback/oss/server.ts';
import type { StorePlace } from '../../support/store-place.ts';

/** A bucket without versions in an OSS of its own, with temporary keys. */
export async function startOssPlace(): Promise<StorePlace> {
  const key = { id: `STS.${randomUUID()}`, secret: randomUUID(), token: randomUUID() };
  const server = new OssServer({ keys: [key] });
  server.createBucket('place');
  await server.start();
  return {
    name: 'oss',
    definition: {
      url: 'oss://place',
      endpoint: server.endpoint,
      region: 'cn-hangzhou',
      credentials: {
        accessKeyId: { env: 'OSS_PLACE_ID' },
        accessKeySecret: { env: 'OSS_PLACE_SECRET' },
        securityToken: { env: 'OSS_PLACE_TOKEN' },
      },
      capabilities: { versions: false },
    },
    environment: { OSS_PLACE_ID: key.id, OSS_PLACE_SECRET: key.secret, OSS_PLACE_TOKEN: key.token },
    secrets: [key.secret, key.token],
    openConnections: () => server.openConnections,
    requests: () => server.requests.snapshot(),
    close: () => server.close(),
  };
}
