import { splitTarget } from '../uri.ts';
import { authorize, notFound } from './access.ts';
import type { BucketCall, Reply } from './call.ts';
import { s3Error } from './errors.ts';
import { receiveText } from './request-body.ts';
import type { StoredObject, Tag } from './versions.ts';
import { childrenNamed, childText, expectOnly, readXml, type XmlElement } from './xml.ts';

/** The tags in a `x-amz-tagging` header: a query string. */
export function readTaggingHeader(text: string | undefined): readonly Tag[] {
  const pairs = text === undefined ? [] : splitTarget(`?${text}`).query;
  return checkTags(pairs.map(([key, value]) => ({ key, value })));
}

/** `GetObjectTagging`. */
export function getObjectTagging(call: BucketCall): Reply {
  const object = taggedObject(call, 's3:GetObjectTagging', 's3:GetObjectVersionTagging');
  const tags = object.tags.map((tag) => ({ Key: tag.key, Value: tag.value }));
  return {
    headers: { 'x-amz-version-id': call.bucket.shownVersionId(object.versionId) },
    xml: { root: 'Tagging', node: { TagSet: { Tag: tags } } },
  };
}

/** `PutObjectTagging`: changes the tags and nothing else of the object. */
export async function putObjectTagging(call: BucketCall): Promise<Reply> {
  const object = taggedObject(call, 's3:PutObjectTagging', 's3:PutObjectVersionTagging');
  object.tags = readTagSet(readXml(await receiveText(call), 'Tagging'));
  return { headers: { 'x-amz-version-id': call.bucket.shownVersionId(object.versionId) } };
}

/** `DeleteObjectTagging`. */
export function deleteObjectTagging(call: BucketCall): Reply {
  const object = taggedObject(call, 's3:DeleteObjectTagging', 's3:DeleteObjectVersionTagging');
  object.tags = [];
  return { status: 204, headers: { 'x-amz-version-id': call.bucket.shownVersionId(object.versionId) } };
}

function taggedObject(call: BucketCall, action: string, versionAction: string): StoredObject {
  const { bucket, key } = call;
  const versionId = call.query.get('versionId');
  authorize(call, versionId === undefined ? action : versionAction, { bucket, key });
  const version = versionId === undefined ? bucket.versions.current(key) : bucket.versions.find(key, versionId);
  if (version === undefined) {
    throw notFound(call, bucket, versionId === undefined ? 'NoSuchKey' : 'NoSuchVersion');
  }
  if (version.kind === 'delete-marker') {
    throw s3Error('MethodNotAllowed', { headers: { 'x-amz-delete-marker': 'true' } });
  }
  return version;
}

function readTagSet(tagging: XmlElement): readonly Tag[] {
  expectOnly(tagging, ['TagSet']);
  const [set] = childrenNamed(tagging, 'TagSet');
  if (set === undefined) {
    throw s3Error('MalformedXML');
  }
  expectOnly(set, ['Tag']);
  return checkTags(
    set.children.map((tag) => {
      expectOnly(tag, ['Key', 'Value']);
      return { key: childText(tag, 'Key') ?? '', value: childText(tag, 'Value') ?? '' };
    }),
  );
}

function checkTags(tags: readonly Tag[]): readonly Tag[] {
  if (tags.length > 10) {
    throw s3Error('InvalidTag', { message: 'Object tags cannot be greater than 10' });
  }
  for (const { key, value } of tags) {
    if (key === '' || key.length > 128 || value.length > 256) {
      throw s3Error('InvalidTag', { message: 'A TagKey has 1 to 128 characters, a TagValue at most 256' });
    }
  }
  if (new Set(tags.map((tag) => tag.key)).size < tags.length) {
    throw s3Error('InvalidTag', { message: 'Cannot provide multiple Tags with the same key' });
  }
  return tags;
}
