import type { IncomingMessage, ServerResponse } from 'node:http';
import { ControlPlaneServer } from '../control-plane-server.ts';
import { newRequestId } from '../http.ts';
import type { Identity } from '../identity.ts';
import { assumeRole } from './assume-role.ts';
import { StsError } from './errors.ts';
import { principalId } from './principal-id.ts';
import { errorXml, resultXml, type XmlFields } from './xml.ts';

const LARGEST_BODY = 64 * 1024;

/** Parameters of `AssumeRole` that would narrow or mark the session; passing them over would grant too much. */
const unsupported =
  /^(?:Policy$|PolicyArns\.|Tags\.|TransitiveTagKeys\.|SerialNumber$|TokenCode$|SourceIdentity$|ProvidedContexts\.)/;

/** An embedded STS on loopback: `AssumeRole` and `GetCallerIdentity`, in the AWS query protocol. */
export class LocalSts extends ControlPlaneServer {
  protected override async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = newRequestId();
    try {
      const { body, identity } = await this.receive(
        request,
        { service: 'sts', limit: LARGEST_BODY },
        (code, message) => new StsError(code, message),
      );
      const parameters = new URLSearchParams(body.toString());
      const action = parameters.get('Action') ?? '';
      respond(response, 200, requestId, resultXml(action, this.#perform(action, parameters, identity), requestId));
    } catch (error) {
      if (!(error instanceof StsError)) {
        throw error;
      }
      respond(response, error.status, requestId, errorXml(error, requestId));
    }
  }

  #perform(action: string, parameters: URLSearchParams, caller: Identity): XmlFields {
    switch (action) {
      case 'GetCallerIdentity':
        this.requests.add(action);
        return { Arn: caller.arn, UserId: principalId(caller.arn), Account: caller.account };
      case 'AssumeRole':
        this.requests.add(action);
        return this.#assumeRole(parameters, caller);
      default:
        throw new StsError('InvalidAction', `Could not find operation ${action} for version 2011-06-15`);
    }
  }

  #assumeRole(parameters: URLSearchParams, caller: Identity): XmlFields {
    const refused = [...parameters.keys()].find((name) => unsupported.test(name));
    if (refused !== undefined) {
      throw new StsError('ValidationError', `The parameter ${refused} is not supported here.`);
    }
    const duration = parameters.get('DurationSeconds');
    const request = {
      roleArn: parameters.get('RoleArn') ?? '',
      sessionName: parameters.get('RoleSessionName') ?? '',
      durationSeconds: duration === null ? undefined : Number(duration),
      externalId: parameters.get('ExternalId') ?? undefined,
    };
    const session = assumeRole(this.identities, caller, request, this.signingClock());
    return {
      AssumedRoleUser: { AssumedRoleId: principalId(session.arn), Arn: session.arn },
      Credentials: {
        AccessKeyId: session.accessKeyId,
        SecretAccessKey: session.secretAccessKey,
        SessionToken: session.sessionToken ?? '',
        Expiration: `${new Date(session.expiresAt ?? 0).toISOString().slice(0, 19)}Z`,
      },
    };
  }
}

function respond(response: ServerResponse, status: number, requestId: string, xml: string): void {
  response.writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }).end(xml);
}
