import { randomBytes } from 'node:crypto';
import type { PolicyDocument } from './policy.ts';

/** Who a signed request speaks for. */
export interface Identity {
  /** Twelve-digit account id. */
  readonly account: string;
  /** `arn:aws:iam::ACCOUNT:user/NAME`, or `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`. */
  readonly arn: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Set for temporary credentials; the request must carry it. */
  readonly sessionToken?: string;
  /** After this moment (milliseconds since the epoch) the credentials are refused with `ExpiredToken`. */
  readonly expiresAt?: number;
  /** What the identity's own policies allow. Absent: everything inside its account (an administrator). */
  readonly policy?: PolicyDocument;
}

/** A role that others may assume. */
export interface Role {
  /** `arn:aws:iam::ACCOUNT:role/NAME`. */
  readonly arn: string;
  /** What the role may do. */
  readonly policy: PolicyDocument;
  /** Principals that may assume it: account ids, or full ARNs of users and roles. */
  readonly trusted: readonly string[];
  /** When set, `AssumeRole` must name it. */
  readonly externalId?: string;
}

/** The accounts, users, roles and temporary credentials of one embedded cloud. */
export class IdentityRegistry {
  readonly #byAccessKey = new Map<string, Identity>();
  readonly #roles = new Map<string, Role>();

  /** Makes an administrator of the account, with fresh long-lived credentials. */
  addUser(account: string, name: string, policy?: PolicyDocument): Identity {
    const identity: Identity = {
      account,
      arn: `arn:aws:iam::${account}:user/${name}`,
      accessKeyId: `AKIA${token(8)}`,
      secretAccessKey: token(20),
      ...(policy === undefined ? {} : { policy }),
    };
    return this.add(identity);
  }

  /** Registers credentials, so that requests signed with them are accepted. */
  add(identity: Identity): Identity {
    this.#byAccessKey.set(identity.accessKeyId, identity);
    return identity;
  }

  /** The identity behind an access key id, or undefined when nobody has it. */
  find(accessKeyId: string): Identity | undefined {
    return this.#byAccessKey.get(accessKeyId);
  }

  addRole(role: Role): Role {
    this.#roles.set(role.arn, role);
    return role;
  }

  findRole(arn: string): Role | undefined {
    return this.#roles.get(arn);
  }
}

/** Random upper-case hexadecimal text, two characters a byte. */
export function token(bytes: number): string {
  return randomBytes(bytes).toString('hex').toUpperCase();
}
