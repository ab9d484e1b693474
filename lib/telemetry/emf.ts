/** Units of CloudWatch that are used here. */
export type MetricUnit = 'Count' | 'Seconds';

/** What one log line says to CloudWatch. */
export interface MetricLine {
  readonly namespace: string;
  /** Each set of dimensions makes a metric of its own: `[['Store'], ['Store', 'Cluster']]`. */
  readonly dimensionSets: readonly (readonly string[])[];
  readonly dimensions: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, { readonly value: number; readonly unit: MetricUnit }>>;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** CloudWatch takes no longer one, and only ASCII: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html */
const longestDimension = 250;

/**
 * A log line in the embedded metric format, of which CloudWatch Logs makes metrics: on Lambda, writing it is all there is to do.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricLine({ namespace, dimensionSets, dimensions, metrics, at }: MetricLine): string {
  const Metrics = Object.entries(metrics).map(([Name, { unit }]) => ({ Name, Unit: unit }));
  const texts = Object.entries(dimensions).map(([name, value]) => [name, dimensionValue(value)] as const);
  const values = Object.entries(metrics).map(([name, { value }]) => [name, value] as const);
  return JSON.stringify({
    _aws: {
      Timestamp: at,
      CloudWatchMetrics: [{ Namespace: namespace, Dimensions: dimensionSets, Metrics }],
    },
    ...Object.fromEntries([...texts, ...values]),
  });
}

function dimensionValue(text: string): string {
  const ascii = text.replace(/[^\u0020-\u007e]/g, '?').slice(0, longestDimension);
  return ascii.trim() === '' ? '-' : ascii;
}
