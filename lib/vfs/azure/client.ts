import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { TokenCredential } from '@azure/identity';
import { ContainerClient, newPipeline, type StorageSharedKeyCredential } from '@azure/storage-blob';
import { VfsError } from '../errors.ts';
import type { AzureSettings } from './settings.ts';

/** Connections to one host that may be open at a time; further requests wait for one of them. */
const maxSockets = 64;

/**
 * Connections of one store, kept alive between requests. Throws `InvalidArgument` where the certificates to trust
 * cannot be read.
 */
export function createAgent({ endpoint, caCert, url }: AzureSettings): HttpAgent | HttpsAgent {
  const options = { keepAlive: true, maxSockets };
  if (endpoint.startsWith('http://')) {
    return new HttpAgent(options);
  }
  return new HttpsAgent({ ...options, ...(caCert === undefined ? {} : { ca: readCertificates(caCert, url) }) });
}

function readCertificates(path: string, target: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason = `caCert: file ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`;
    throw new VfsError({ code: 'InvalidArgument', operation: 'open', target, reason });
  }
}

/**
 * The SDK's client of a container, which tries everything once.
 *
 * An agent of one's own also keeps the SDK from the proxy variables of the process, as in every other room.
 */
export function createClient(
  { endpoint, container }: AzureSettings,
  access: StorageSharedKeyCredential | TokenCredential,
  agent: HttpAgent | HttpsAgent,
): ContainerClient {
  const options = { retryOptions: { maxTries: 1 }, userAgentOptions: { userAgentPrefix: 'kops-statesync' }, agent };
  return new ContainerClient(`${endpoint}/${container}`, newPipeline(access, options));
}
