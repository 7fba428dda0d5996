import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'vitest'
import { parse } from 'yaml'
import { projectRoot } from '../../scripts/project.mjs'

type Dashboard = {
  readonly panels: readonly {
    readonly id: number
    readonly title: string
    readonly targets?: readonly { readonly expr: string }[]
  }[]
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] }
}

type Rule = {
  readonly record?: string
  readonly alert?: string
  readonly expr: string
  readonly labels?: { readonly severity: string }
  readonly annotations?: { readonly summary: string }
}

type Query = { readonly where: string; readonly text: string }

const docs = join(projectRoot, 'docs')
const dashboard = JSON.parse(read('grafana/sluice.json')) as Dashboard
const { groups } = parse(read('prometheus/sluice.rules.yml')) as { groups: readonly { rules: readonly Rule[] }[] }
const rules = groups.flatMap(group => group.rules)
const labelsByMetric = metricsOf(read('metrics.md'))
const recorded = new Set(rules.map(({ record }) => record))

function read(path: string): string {
  return readFileSync(join(docs, path), 'utf8')
}

/** The metrics that the page lists, with their labels. A test of the app says that they are those of the server. */
function metricsOf(page: string): ReadonlyMap<string, readonly string[]> {
  const rows = [...page.matchAll(/^\| `(\w+)` \| (?:gauge|counter|histogram) \|(?: ((?:`\w+`(?:, )?)*) *\|)?/gm)]
  return new Map(rows.map(([, name = '', labels = '']) => [name, [...labels.matchAll(/\w+/g)].map(([label]) => label)]))
}

function queries(): readonly Query[] {
  const panels = dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ where: `panel "${title}"`, text: expr })),
  )
  const variables = dashboard.templating.list.flatMap(({ name, definition }) =>
    definition === undefined ? [] : [{ where: `variable ${name}`, text: definition }],
  )
  const ofRules = rules.map(({ record, alert, expr }) => ({ where: `rule ${record ?? alert}`, text: expr }))
  return [...panels, ...variables, ...ofRules]
}

/** Every metric of this server in `text`, with the labels that it is selected by. */
function selectors(text: string): readonly { readonly name: string; readonly labels: readonly string[] }[] {
  return [...text.matchAll(/\b((?:sluice|process|nodejs)_\w+|\w+:\w+:\w+)(?:\{([^}]*)\})?/g)].map(
    ([, name = '', matchers = '']) => ({
      name: name.replace(/^(nodejs_gc_duration_seconds)_(?:sum|count|bucket)$/, '$1'),
      labels: [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
    }),
  )
}

test('monitoring examples: the page of metrics is understood', () => {
  assert.deepEqual(labelsByMetric.get('sluice_stream_subscribers'), ['stream', 'protocol'])
  assert.deepEqual(labelsByMetric.get('sluice_dvr_bytes'), [])
  assert.deepEqual(selectors('rate(sluice_a_total{b="c",d=~"e"}[5m]) > sluice_f'), [
    { name: 'sluice_a_total', labels: ['b', 'd'] },
    { name: 'sluice_f', labels: [] },
  ])
})

test('monitoring examples: dashboard and rules use metrics and labels that docs/metrics.md lists', () => {
  for (const { where, text } of queries()) {
    for (const { name, labels } of selectors(text)) {
      if (recorded.has(name)) continue
      const known = labelsByMetric.get(name)
      assert(known !== undefined, `${where} asks for ${name}, which docs/metrics.md does not list`)
      const strange = labels.filter(label => ![...known, 'job', 'instance'].includes(label))
      assert.deepEqual(strange, [], `${where} selects ${name} by labels that it does not have`)
    }
  }
})

test('monitoring examples: every panel asks for something, and has an id of its own', () => {
  const ids = dashboard.panels.map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length)
  const asking = dashboard.panels.filter(({ targets = [] }) => targets.length > 0)
  for (const { title, targets = [] } of asking) {
    for (const { expr } of targets) assert.notEqual(selectors(expr).length, 0, title)
  }
  assert(asking.length > 40)
})

test('monitoring examples: every alert has a name of its own, a severity and a summary', () => {
  const alerts = rules.filter(({ alert }) => alert !== undefined)
  assert.equal(new Set(alerts.map(({ alert }) => alert)).size, alerts.length)
  for (const { alert, labels, annotations } of alerts) {
    assert.match(labels?.severity ?? '', /^(?:critical|warning|info)$/, alert)
    assert.notEqual(annotations?.summary ?? '', '', alert)
  }
})
