import { join } from 'node:path';
import { answering, freePorts } from '../servers/loopback.ts';
import type { Processes } from '../servers/processes.ts';

/** An account and a region of it. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** An AWS emulator that knows CloudFormation (https://docs.getmoto.org), asked without credentials: it believes what requests say of themselves. */
export class Moto {
  readonly endpoint: string;

  private constructor(endpoint: string) {
    this.endpoint = endpoint;
  }

  /** Starts `moto_server` on a free port of loopback. Undefined where it is not on the PATH, or only a version manager's stand-in for it. */
  static async start(processes: Processes, folder: string): Promise<Moto | undefined> {
    const { code } = await processes.run(['moto_server', '--help']).catch(() => ({ code: 127 }));
    if (code !== 0) {
      return undefined;
    }
    const [port] = await freePorts(1);
    const command = ['moto_server', '-H', '127.0.0.1', '-p', String(port)] as const;
    const daemon = await processes.daemon('moto_server', command, join(folder, 'moto.log'));
    const endpoint = `http://127.0.0.1:${port}`;
    await answering(`${endpoint}/moto-api/data.json`, [daemon]);
    return new Moto(endpoint);
  }

  /** Credentials of an administrator of the account, as environment variables. */
  async administratorOf({ account, region }: Place): Promise<Record<string, string>> {
    const role = `arn:aws:iam::${account}:role/administrator`;
    const fields = { Action: 'AssumeRole', Version: '2011-06-15', RoleArn: role, RoleSessionName: 'deploy' };
    const answer = await this.query('sts', { account, region }, fields);
    const part = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(answer)?.[1] ?? '';
    return {
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: part('AccessKeyId'),
      AWS_SECRET_ACCESS_KEY: part('SecretAccessKey'),
      AWS_SESSION_TOKEN: part('SessionToken'),
    };
  }

  /** An action of the query protocol; the answer is XML. */
  async query(service: string, place: Place, fields: Readonly<Record<string, string>>): Promise<string> {
    const body = new URLSearchParams(fields);
    return (await this.#send(service, place, '/', { method: 'POST', body })).text();
  }

  /** An action of the JSON protocol, such as `AmazonSQS.GetQueueAttributes`. */
  async call(service: string, place: Place, target: string, input: object): Promise<unknown> {
    const headers = { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' };
    return (await this.#send(service, place, '/', { method: 'POST', headers, body: JSON.stringify(input) })).json();
  }

  /** A resource by its path. Rejects unless it is there. */
  get(service: string, place: Place, path: string): Promise<Response> {
    return this.#send(service, place, path, {});
  }

  async #send(service: string, { account, region }: Place, path: string, init: RequestInit): Promise<Response> {
    const scope = `Credential=test/20260101/${region}/${service}/aws4_request`;
    const response = await fetch(`${this.endpoint}${path}`, {
      ...init,
      headers: {
        ...(init.headers as Record<string, string> | undefined),
        authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=none`,
        'x-moto-account-id': account,
      },
    });
    if (!response.ok) {
      throw new Error(`${service} answers ${response.status} to ${path}: ${(await response.text()).slice(0, 200)}`);
    }
    return response;
  }
}
