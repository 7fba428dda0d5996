/** One value of a metric, with the values of its labels. */
export type Sample<Label extends string = string> = {
  readonly labels: Readonly<Record<Label, string>>
  readonly value: number
}

type Description = {
  /** A gauge goes up and down; a counter never goes back for as long as its labels exist. */
  readonly type: 'counter' | 'gauge'
  readonly name: string
  readonly help: string
}

/** A metric with one value, or with none where `read` returns `undefined`. */
export type SingleMetric = Description & { readonly labels?: undefined; readonly read: () => number | undefined }

/** A metric with a value for each set of labels that `read` returns; those that it returns no more are gone. */
export type LabelledMetric<Label extends string = string> = Description & {
  readonly labels: readonly Label[]
  readonly read: () => Iterable<Sample<Label>>
}

/** A metric whose values are read from plain fields when somebody asks. */
export type Metric = SingleMetric | LabelledMetric

/** The metrics of one feature. */
export type MetricSource = readonly Metric[]
