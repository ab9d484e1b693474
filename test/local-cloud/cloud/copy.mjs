// A function that copies what it is told of to the bucket named by TARGET, with nothing but its role's credentials.
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const s3 = new S3Client({ maxAttempts: 1 });

export async function handler(event) {
  for (const record of event.Records) {
    for (const { s3: change } of JSON.parse(record.body).Records ?? []) {
      const Key = decodeURIComponent(change.object.key.replaceAll('+', ' '));
      const source = await s3.send(new GetObjectCommand({ Bucket: change.bucket.name, Key }));
      const Body = await source.Body.transformToByteArray();
      await s3.send(new PutObjectCommand({ Bucket: process.env.TARGET, Key, Body }));
    }
  }
}
