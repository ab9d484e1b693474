/**
 * Why a text is no range of ports, in the words of Kubernetes (`PortRange.Set`, k8s.io/apimachinery/pkg/util/net): `80`, `80-90` and
 * `80+10` are; so is nothing.
 */
export function whyNoPortRange(text: string): string | undefined {
  const value = text.trim();
  const [hyphen, plus] = [value.indexOf('-'), value.indexOf('+')];
  if (value === '') {
    return undefined;
  }
  if (hyphen >= 0 && plus >= 0) {
    return `unable to parse port range: ${value}`;
  }
  const sign = Math.max(hyphen, plus);
  const parts = sign < 0 ? [value] : [value.slice(0, sign), value.slice(sign + 1)];
  const unreadable = parts.find((part) => !/^[-+]?\d+$/.test(part));
  if (unreadable !== undefined) {
    return `strconv.Atoi: parsing ${JSON.stringify(unreadable)}: invalid syntax`;
  }
  const [low = 0, second = low] = parts.map(Number);
  const high = value.includes('+') ? low + second : second;
  if (low > 65_535 || high > 65_535) {
    return `the port range cannot be greater than 65535: ${value}`;
  }
  return high < low ? `end port cannot be less than start port: ${value}` : undefined;
}
