import { includes, parseAddress, parseCidr } from '../../cidr.ts';
import type { Node } from '../../node.ts';
import { forbidden, invalid, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

const noAddress = 'Invalid nameserver given, should be a valid ip address';

/** kOps: `ValidateCluster` and `validateNodeLocalDNS` (pkg/apis/kops/validation/legacy.go, validation.go). It looks at NodeLocal DNS only where serverIP is given. */
export const dnsAddresses: ClusterRule = {
  id: 'DNS-ADDRESSES',
  on: 'cluster',
  severity: 'error',
  title: 'The name servers of a cluster are addresses, that of the cluster itself among those of its services.',
  explanation:
    'Every pod asks the server that its kubelet names, by address. The DNS of the cluster is a service, so its address comes from serviceClusterIPRange; kOps takes the tenth when none is given.',
  kops: ['8.6/3', '8.6/5', '8.6/6', '8.6/7'],
  *check({ cluster: { spec } }): Iterable<Problem> {
    const dns = spec.at('kubeDNS');
    yield* serverProblems(dns.at('serverIP'), spec.at('networking', 'serviceClusterIPRange').text ?? '');
    if (dns.at('serverIP').text !== undefined && dns.at('nodeLocalDNS', 'enabled').flag === true) {
      yield* nodeLocalProblems(dns);
    }
    for (const nameserver of dns.at('upstreamNameservers').items) {
      yield* addressProblems(nameserver);
    }
    for (const [domain, nameservers] of dns.at('stubDomains').entries) {
      if (nameservers.items.length === 0) {
        yield invalid(nameservers, 'No nameservers specified for the stub domain', { value: domain });
      }
      for (const nameserver of nameservers.items) {
        yield* addressProblems(nameserver);
      }
    }
  },
};

function* serverProblems(server: Node, serviceRange: string): Iterable<Problem> {
  if (server.text === undefined) {
    return;
  }
  const [address, range] = [parseAddress(server.text), parseCidr(serviceRange)];
  if (address === undefined) {
    yield invalid(server, 'Cluster had an invalid kubeDNS.serverIP');
  } else if (range !== undefined && !includes(range, address)) {
    const detail = `ServiceClusterIPRange ${JSON.stringify(serviceRange)} must contain the DNS Server IP ${JSON.stringify(server.text)}`;
    yield forbidden(server, detail);
  }
}

function* nodeLocalProblems(dns: Node): Iterable<Problem> {
  const provider = dns.at('provider');
  if (provider.text !== undefined && provider.text !== 'CoreDNS') {
    yield forbidden(provider, 'KubeDNS provider must be set to CoreDNS if NodeLocalDNS addon is enabled');
  }
  const local = dns.at('nodeLocalDNS', 'localIP');
  if (local.text !== undefined && parseAddress(local.text) === undefined) {
    const kopsPath = 'spec.spec.kubeDNS.nodeLocalDNS.localIP';
    yield invalid(local, 'Cluster had an invalid kubeDNS.nodeLocalDNS.localIP', { kopsPath });
  }
}

function* addressProblems(nameserver: Node): Iterable<Problem> {
  if (parseAddress(nameserver.text ?? '') === undefined) {
    yield invalid(nameserver, noAddress);
  }
}
