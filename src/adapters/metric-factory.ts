/** Makes metrics of one registry, all with the product's prefix. */

import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

interface Description {
  /** Without the prefix. */
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
}

export function counter(registry: Registry, { name, help, labels }: Description): Counter {
  return new Counter({ name: `rampart_${name}`, help, labelNames: labels, registers: [registry] })
}

export function gauge(registry: Registry, { name, help, labels }: Description): Gauge {
  return new Gauge({ name: `rampart_${name}`, help, labelNames: labels, registers: [registry] })
}

interface HistogramShape {
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
  readonly buckets: readonly number[]
}

export function histogram(registry: Registry, { name, help, labels, buckets }: HistogramShape): Histogram {
  return new Histogram({
    name: `rampart_${name}`,
    help,
    labelNames: labels,
    buckets: [...buckets],
    registers: [registry],
  })
}
