import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { elementsOf, textOf } from './xml-elements.ts'

/** From the example of ListObjectsV2 in the reference of Amazon S3. */
const list = `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
  <Name>bucket</Name><Prefix/>
  <Contents><Key>my-image.jpg</Key><ETag>&quot;fba9dede5f27731c9771645a39863328&quot;</ETag><Size>434234</Size></Contents>
  <Contents><Key>a &amp; b &#x1F600;&#252;</Key><Size>7</Size></Contents>
</ListBucketResult>`

test('xml: elements and their texts are found', () => {
  const entries = elementsOf(list, 'Contents')
  assert.deepEqual(
    entries.map(entry => textOf(entry, 'Key')),
    ['my-image.jpg', 'a & b 😀ü'],
  )
  assert.equal(textOf(entries[0] ?? '', 'ETag'), '"fba9dede5f27731c9771645a39863328"')
  assert.equal(textOf(list, 'Prefix'), undefined)
  assert.equal(textOf(list, 'Name'), 'bucket')
})

test('xml: what is no XML has what it has, and no error', () => {
  assert.deepEqual(elementsOf('<Key>cut', 'Key'), [])
  assert.equal(textOf('<Key>&unknown; &#x110000; &</Key>', 'Key'), '&unknown; &#x110000; &')
  const pieces = fc.constantFrom('<Key>', '</Key>', '&amp;', '&#x', '&#9;', ';', 'text', '<', '>')
  const texts = fc.array(pieces, { maxLength: 40 }).map(parts => parts.join(''))
  fc.assert(fc.property(texts, text => typeof (textOf(text, 'Key') ?? '') === 'string'))
})
