const pattern = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/**
 * Why a text is no DNS-1123 subdomain, in the words of Kubernetes (`IsDNS1123Subdomain`,
 * k8s.io/apimachinery/pkg/util/validation): one sentence for each thing that is wrong.
 */
export function whyNotDnsSubdomain(text: string): readonly string[] {
  return [
    ...(Buffer.byteLength(text) > 253 ? ['must be no more than 253 bytes'] : []),
    ...(pattern.test(text)
      ? []
      : [
          "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
        ]),
  ];
}
