/**
 * Why the root of a store URL is none of its kind, with what to do; undefined when it is one. The text between `://` and the prefix is
 * given in its segments; it is not repeated: it may hold a password.
 */
export type RootRule = (segments: readonly string[]) => string | undefined;

/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftstorage */
const azureAccount = /^[a-z0-9]{3,24}$/;
const azureContainer = /^(?:[a-z0-9](?:-?[a-z0-9]){2,62}|\$root|\$web)$/;

const azureblob: RootRule = ([account = '', container = '']) => {
  if (container === '') {
    return 'names no container; write it like azureblob://account/container/prefix';
  }
  if (!azureAccount.test(account)) {
    return 'names no storage account, which has 3 to 24 of a–z and 0–9; write it like azureblob://account/container/prefix';
  }
  return azureContainer.test(container)
    ? undefined
    : 'names no container, which has 3 to 63 of a–z, 0–9 and single "-"; write it like azureblob://account/container/prefix';
};

const vault: RootRule = ([server = '', mount = '', ...path]) => {
  if (!/^(?:[A-Za-z0-9._-]+|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/.test(server)) {
    return 'names no server; write it like vault://vault.example.com:8200/mount/path, with a token in the field credentials';
  }
  return /^(?:[\w.-]|%[0-9A-Fa-f]{2})+$/.test(mount) && path.length > 0
    ? undefined
    : 'names no mount of a KV engine with a path in it; write it like vault://vault.example.com:8200/mount/path';
};

const k8s: RootRule = ([context = '', namespace = '']) => {
  if (!/^(?:[\w.@:+-]|%[0-9A-Fa-f]{2})*$/.test(context)) {
    return 'names a context with other signs than letters, digits and "._@:+-"; write others as escapes, such as %2F for "/"';
  }
  return /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)?$/.test(namespace)
    ? undefined
    : 'names a namespace with other signs than a–z, 0–9 and "-"; write it like k8s://context/namespace/prefix';
};

const ofScheme: Readonly<Record<string, RootRule>> = { azureblob, vault, k8s };

/** What is asked of the root of a store of this scheme: a bucket, unless it is something else. */
export function rootRuleOf(scheme: string): RootRule {
  return ofScheme[scheme] ?? (([name = '']) => whyNotBucket(scheme, name));
}

function whyNotBucket(scheme: string, name: string): string | undefined {
  if (name === '') {
    return `names no bucket; write it like ${scheme}://bucket/prefix`;
  }
  return /^[A-Za-z0-9._-]+$/.test(name)
    ? undefined
    : 'names a bucket with other signs than letters, digits, ".", "_" and "-"; an endpoint and credentials have fields of their own';
}
