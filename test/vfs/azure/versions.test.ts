import { afterEach, describe, expect, it } from '@jest/globals';
import { textSource } from '../../../lib/vfs/body.ts';
import type { VersionId } from '../../../lib/vfs/types.ts';
import type { ObjectVersion } from '../../../lib/vfs/versions.ts';
import type { Fault, Received } from '../../loopback/azurite/front.ts';
import { textOf } from '../../support/sources.ts';
import { refusal, type Scripted, startScripted } from './scripted.ts';

const signal = new AbortController().signal;
let scripted: Scripted;
afterEach(() => scripted.close());

/** A version as "List Blobs" with `include=versions` names it (REST API, from version 2019-12-12 on). */
interface Listed {
  readonly name: string;
  /** Left out: written before the account kept versions. */
  readonly id?: string;
  readonly current?: boolean;
  readonly size?: number;
}

function listing(blobs: readonly Listed[], next = ''): Fault {
  const items = blobs.map(
    ({ name, id, current, size = 4 }) =>
      `<Blob><Name>${name}</Name>${id === undefined ? '' : `<VersionId>${id}</VersionId>`}${
        current === true ? '<IsCurrentVersion>true</IsCurrentVersion>' : ''
      }<Properties><Last-Modified>Thu, 01 Jan 2026 00:00:00 GMT</Last-Modified><Etag>0x${id ?? 'old'}</Etag><Content-Length>${size}</Content-Length><BlobType>BlockBlob</BlobType></Properties></Blob>`,
  );
  const body = `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="http://127.0.0.1/" ContainerName="state"><Blobs>${items.join('')}</Blobs><NextMarker>${next}</NextMarker></EnumerationResults>`;
  return { answer: 200, headers: { 'content-type': 'application/xml' }, body };
}

const day = (n: number) => `2026-01-0${n}T00:00:00.0000000Z`;

async function history(prefix = ''): Promise<readonly ObjectVersion[]> {
  const all: ObjectVersion[] = [];
  for await (const version of scripted.store.versions.list(prefix, signal)) {
    all.push(version);
  }
  return all;
}

describe('a history', () => {
  it('is told newest first, though Azure lists the oldest first', async () => {
    const versions = [1, 2, 3].map((n) => ({ name: 'k', id: day(n), current: n === 3, size: n }));
    scripted = await startScripted(() => listing([...versions, { name: 'l', id: day(1), current: true }]));
    const all = await history('p');
    expect(all.map(({ key, versionId, latest, size }) => [key, versionId, latest, size])).toEqual([
      ['k', day(3), true, 3],
      ['k', day(2), false, 2],
      ['k', day(1), false, 1],
      ['l', day(1), true, 4],
    ]);
    expect(all[0]).toMatchObject({ kind: 'content', revision: `0x${day(3)}`, modifiedAt: new Date('2026-01-01') });
    const { query } = scripted.front.received[0] as Received;
    expect([query.get('include'), query.get('prefix')]).toEqual(['versions', 'p']);
  });

  it('of a deleted key has its contents, none of them the latest, and no marker', async () => {
    scripted = await startScripted(() => listing([1, 2].map((n) => ({ name: 'k', id: day(n) }))));
    expect((await history()).map(({ kind, latest }) => [kind, latest])).toEqual([
      ['content', false],
      ['content', false],
    ]);
  });

  it('that goes on over pages keeps the versions of a key together', async () => {
    const pages: Readonly<Record<string, Fault>> = {
      '': listing(
        [
          { name: 'a', id: day(1) },
          { name: 'b', id: day(1) },
          { name: 'b', id: day(2) },
        ],
        'm1',
      ),
      m1: listing([{ name: 'b', id: day(3) }], 'm2'),
      m2: listing([], 'm3'),
      m3: listing([
        { name: 'b', id: day(4), current: true },
        { name: 'c', id: day(1) },
      ]),
    };
    scripted = await startScripted(({ query }) => pages[query.get('marker') ?? '']);
    const all = await history();
    expect(all.map(({ key, versionId }) => `${key} ${versionId.slice(9, 10)}`)).toEqual([
      'a 1',
      'b 4',
      'b 3',
      'b 2',
      'b 1',
      'c 1',
    ]);
    expect(all.every(({ modifiedAt }) => modifiedAt instanceof Date)).toBe(true);
    expect(scripted.front.received).toHaveLength(4);
  });

  it('in an account that keeps no versions is what is there, as version "null"', async () => {
    scripted = await startScripted(() => listing([{ name: 'k' }, { name: '.statesync/uploads/x' }]));
    expect(await history()).toMatchObject([{ key: 'k', versionId: 'null', latest: true }]);
  });
});

describe('a version', () => {
  it('is read by its id', async () => {
    const headers = { etag: '"0x1"', 'content-length': '4', 'x-ms-version-id': day(1) };
    scripted = await startScripted(({ query }) =>
      query.get('versionid') === day(1) ? { answer: 200, headers, body: 'text' } : undefined,
    );
    const { stat, body } = await scripted.store.versions.read('k', day(1) as VersionId, signal);
    expect(await textOf(body)).toBe('text');
    expect(stat).toMatchObject({ revision: '0x1', versionId: day(1) });
  });

  it('that is not there is NotFound', async () => {
    scripted = await startScripted(() => refusal(404, 'BlobNotFound'));
    await expect(scripted.store.versions.read('k', day(1) as VersionId, signal)).rejects.toMatchObject({
      code: 'NotFound',
    });
  });

  it('of a write and of a stat is told', async () => {
    const headers = { etag: '"0x1"', 'content-length': '4', 'x-ms-version-id': day(1) };
    scripted = await startScripted(() => ({ answer: 200, headers }));
    expect((await scripted.store.stat('k')).versionId).toBe(day(1));
    await scripted.close();
    scripted = await startScripted(() => ({ answer: 201, headers: { ...headers, 'content-length': '0' } }));
    expect((await scripted.store.write('k', textSource(''))).versionId).toBe(day(1));
  });
});

describe('the removal of a version', () => {
  const remove = (version: string) => scripted.store.versions.delete('k', version as VersionId, signal);

  it('is one request, and that it is gone is no failure', async () => {
    scripted = await startScripted(() => ({ answer: 202 }));
    await remove(day(1));
    expect(scripted.front.received.map(({ query }) => query.get('versionid'))).toEqual([day(1)]);
    await scripted.close();
    scripted = await startScripted(() => refusal(404, 'BlobNotFound'));
    await remove(day(1));
  });

  /** The latest version is refused until its key is deleted ("Delete Blob": OperationNotAllowedOnRootBlob). */
  function latest(whatBecomesOfTheKey: Fault): (received: Received) => Fault | undefined {
    let deleted = false;
    return ({ operation, query }) => {
      if (operation === 'Get Blob Properties') {
        return { answer: 200, headers: { etag: '"0xL"', 'content-length': '4' } };
      }
      if (query.get('versionid') === null) {
        deleted = true;
        return whatBecomesOfTheKey;
      }
      return deleted ? { answer: 202 } : refusal(403, 'OperationNotAllowedOnRootBlob');
    };
  }

  it('that is the latest deletes the key first, while it is the latest', async () => {
    scripted = await startScripted(latest({ answer: 202 }));
    await remove(day(3));
    const seen = scripted.front.received.map(({ operation, query, headers }) => [
      operation,
      query.get('versionid'),
      headers['if-match'],
    ]);
    expect(seen).toEqual([
      ['Delete Blob', day(3), undefined],
      ['Get Blob Properties', day(3), undefined],
      ['Delete Blob', null, '"0xL"'],
      ['Delete Blob', day(3), undefined],
    ]);
  });

  it('that was the latest a moment ago leaves alone what came meanwhile', async () => {
    scripted = await startScripted(latest(refusal(412, 'ConditionNotMet')));
    await remove(day(3));
    expect(scripted.front.received.at(-1)?.query.get('versionid')).toBe(day(3));
  });

  it('of an account that keeps none deletes the blob', async () => {
    scripted = await startScripted(() => ({ answer: 202 }));
    await remove('null');
    expect(scripted.front.received[0]?.query.has('versionid')).toBe(false);
  });
});
